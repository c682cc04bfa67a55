// Command config-types prints, as TypeScript, how the Go types behind each kind of Talos machine config document
// are shaped: which fields there are, and how Talos merges them. Run it once per Talos version; see README.md.
package main

import (
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/siderolabs/crypto/x509"
	"github.com/siderolabs/talos/pkg/machinery/config/configloader"
	"go.yaml.in/yaml/v4"
)

type node map[string]any

type merger interface{ Merge(other any) error }

var (
	mergerType   = reflect.TypeFor[merger]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
	yamlType     = reflect.TypeFor[yaml.Unmarshaler]()
	oldYAMLType  = reflect.TypeFor[interface{ UnmarshalYAML(func(any) error) error }]()
	mergeKeys    = map[string][]string{"NetworkDeviceList": {"interface", "deviceSelector"}, "VlanList": {"vlanId"}, "ConfigFileList": {"mountPath"}, "AdmissionPluginConfigList": {"name"}}
	replacedKeys = map[string][]string{"ImageVerificationRules": {"image"}}
	defs         = map[string]node{}
)

func describe(t reflect.Type) any {
	if t.Kind() == reflect.Pointer {
		inner := describe(t.Elem())
		if t.Elem().Kind() == reflect.Struct {
			return inner
		}
		return node{"pointer": inner}
	}
	switch t {
	case reflect.TypeFor[x509.PEMEncodedCertificateAndKey]():
		return "pair"
	case reflect.TypeFor[x509.PEMEncodedCertificate](), reflect.TypeFor[x509.PEMEncodedKey]():
		return "bytes"
	case reflect.TypeFor[url.URL]():
		return "url"
	case reflect.TypeFor[netip.Addr](), reflect.TypeFor[netip.Prefix](), reflect.TypeFor[netip.AddrPort]():
		return "address"
	case reflect.TypeFor[time.Duration]():
		return "duration"
	}
	switch t.Name() {
	case "Endpoint", "URL":
		return "url"
	case "Unstructured":
		return "any"
	case "Args":
		return "args"
	case "ByteSize", "Expression":
		return "always"
	case "Size", "InstallDiskSizeMatcher":
		return "string"
	case "Prefix", "Addr", "AddrPort":
		return "address"
	}
	if keys, ok := mergeKeys[t.Name()]; ok {
		return node{"list": describe(t.Elem()), "mergeBy": keys}
	}
	if keys, ok := replacedKeys[t.Name()]; ok {
		return node{"list": describe(t.Elem()), "replaceBy": keys}
	}
	p := reflect.PointerTo(t)
	if p.Implements(mergerType) {
		panic("a merge of its own: " + t.String())
	}
	if p.Implements(textType) && t.Kind() != reflect.Struct && t.Kind() != reflect.Slice {
		return node{"enum": fmt.Sprint(reflect.Zero(t).Interface())}
	}
	switch t.Kind() {
	case reflect.Bool:
		return "bool"
	case reflect.String:
		return "string"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Interface:
		return "any"
	case reflect.Map:
		return node{"map": describe(t.Elem())}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return node{"list": describe(t.Elem())}
	case reflect.Struct:
		if p.Implements(textType) || p.Implements(yamlType) || p.Implements(oldYAMLType) {
			return "opaque"
		}
		name := strings.TrimPrefix(t.String(), "v1alpha1.")
		if _, ok := defs[name]; !ok {
			def := node{}
			defs[name] = def
			fields(t, def)
		}
		return node{"ref": name}
	}
	panic("no rule for " + t.String())
}

func fields(t reflect.Type, into node) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := strings.Split(f.Tag.Get("yaml"), ",")
		if !f.IsExported() || tag[0] == "-" {
			continue
		}
		if len(tag) > 1 && tag[1] == "inline" {
			if f.Type.Kind() == reflect.Struct {
				fields(f.Type, into)
			}
			continue
		}
		name := tag[0]
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		d := describe(f.Type)
		if reference, ok := d.(node); ok && reference["ref"] != nil && f.Type.Kind() == reflect.Struct {
			reference["value"] = true
		}
		if strings.Contains(f.Tag.Get("merge"), "replace") {
			d = node{"replace": d}
		}
		into[name] = d
	}
}

func main() {
	root := os.Args[1]
	kinds := node{}
	found := map[string]bool{"": true}
	word := regexp.MustCompile(`"([A-Z][A-Za-z0-9]+)"`)
	dirs, _ := os.ReadDir(root)
	for _, dir := range dirs {
		files, _ := os.ReadDir(root + "/" + dir.Name())
		for _, file := range files {
			text, _ := os.ReadFile(root + "/" + dir.Name() + "/" + file.Name())
			for _, match := range word.FindAllStringSubmatch(string(text), -1) {
				found[match[1]] = true
			}
		}
	}
	ext, _ := os.ReadFile(root + "/runtime/extensions/service_config.go")
	for _, match := range word.FindAllStringSubmatch(string(ext), -1) {
		found[match[1]] = true
	}
	for kind := range found {
		source := fmt.Sprintf("apiVersion: v1alpha1\nkind: %s\n", kind)
		switch kind {
		case "":
			source = "version: v1alpha1\nmachine: {}\n"
		case "VethConfig":
			source += "name: a\npeer:\n  name: b\n"
		}
		config, err := configloader.NewFromBytes([]byte(source))
		if err != nil {
			if !strings.Contains(err.Error(), "not registered") {
				fmt.Fprintln(os.Stderr, kind, err)
			}
			continue
		}
		d := config.Documents()[0]
		entry := node{"type": describe(reflect.TypeOf(d).Elem())}
		if _, ok := d.(interface{ Name() string }); ok {
			entry["named"] = true
		}
		if kind == "" {
			kind = "v1alpha1"
		}
		kinds[kind] = entry
	}
	fmt.Println("import type { ConfigTypes } from '../config-types.ts'\n\nexport const configTypes: ConfigTypes = {\n  kinds: {")
	printEntries(kinds)
	fmt.Println("  },\n  types: {")
	printEntries(defs)
	fmt.Println("  },\n}")
}

func printEntries[T any](entries map[string]T) {
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		value, err := json.Marshal(entries[key])
		if err != nil {
			panic(err)
		}
		fmt.Printf("    %q: %s,\n", key, value)
	}
}
