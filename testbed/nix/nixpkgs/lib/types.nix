# The types of options: what they take, what several definitions make together, and what is below them.
{
  lib,
  # Of the module system, which knows types in turn.
  pretty,
  mergeDefs,
  defined,
  push,
  evalModules,
  showOption,
  files,
  one,
}: let
  inherit (builtins) isAttrs isFunction isList isString isInt isBool isFloat isPath head tail length map filter concatMap concatLists elem attrNames all foldl' toJSON;
  inherit (lib) last nameValuePair listToAttrs concatStringsSep optional genAttrs isDerivation unique;
  mk = name: check: {
    inherit name check;
    description = name;
    merge = one;
    # Options below this one, for documentation, and what stands between in their names.
    getSubOptions = _: {};
    below = [];
    _type = "option-type";
  };
  named = t: description: t // {inherit description;};
  strLike = x: isString x || isPath x || isDerivation x || (isAttrs x && x ? outPath);
  sepStr = sep:
    (mk "separatedString" isString)
    // {
      description = "strings concatenated with ${toJSON sep}";
      merge = _: ds: concatStringsSep sep (map (d: d.value) ds);
    };
  anyMerge' = loc: ds: let
    vs = map (d: d.value) ds;
  in
    if all (v: isAttrs v && !(isDerivation v)) vs
    then
      (let
        names = unique (concatMap attrNames vs);
        g = n: map (d: d // {value = d.value.${n};}) (filter (d: d.value ? ${n}) ds);
      in
        listToAttrs (concatMap (n: optional (defined (g n)) (nameValuePair n (mergeDefs (loc ++ [n]) types.anything (g n)))) names))
    else if all isList vs
    then concatLists vs
    else one loc ds;
  types = rec {
    unspecified = mk "unspecified" (_: true);
    raw = mk "raw" (_: true);
    anything = (mk "anything" (_: true)) // {merge = loc: ds: anyMerge' loc ds;};
    bool = named (mk "bool" isBool) "boolean";
    int = named (mk "int" isInt) "signed integer";
    float = mk "float" isFloat;
    number = mk "number" (x: isInt x || isFloat x);
    str = named (mk "str" isString) "string";
    singleLineStr = mk "singleLineStr" (s: isString s && builtins.match "[^\n]*\n?" s != null);
    nonEmptyStr = named (mk "nonEmptyStr" (s: isString s && builtins.match "[[:space:]]*" s == null)) "non-empty string";
    strMatching = p: named (mk "strMatching" (s: isString s && builtins.match p s != null)) "string matching the pattern ${p}";
    lines = sepStr "\n";
    commas = sepStr ",";
    envVar = sepStr ":";
    separatedString = sepStr;
    ints = rec {
      between = lo: hi: named (mk "intBetween" (x: isInt x && x >= lo && x <= hi)) "integer between ${toString lo} and ${toString hi} (both inclusive)";
      unsigned = named (mk "unsigned" (x: isInt x && x >= 0)) "unsigned integer, meaning >=0";
      positive = named (mk "positive" (x: isInt x && x > 0)) "positive integer, meaning >0";
      u8 = between 0 255;
      u16 = between 0 65535;
      u32 = between 0 4294967295;
    };
    port = named (ints.between 0 65535) "16 bit unsigned integer; between 0 and 65535 (both inclusive)";
    path = named (mk "path" (x: strLike x && lib.hasPrefix "/" (toString x))) "absolute path";
    pathInStore = path;
    package = named (mk "package" (x: isDerivation x || (strLike x && lib.hasPrefix builtins.storeDir (toString x)))) "package";
    shellPackage = package;
    pkgs = mk "pkgs" isAttrs;
    attrs =
      (mk "attrs" isAttrs)
      // {
        merge = _: ds: foldl' (a: d: a // d.value) {} ds;
        emptyValue = {};
      };
    optionType = raw;
    deferredModule = (mk "deferredModule" (_: true)) // {merge = _: ds: {imports = map (d: d.value) ds;};};
    enum = vs: named (mk "enum" (x: elem x vs)) "one of ${concatStringsSep ", " (map pretty vs)}";
    nullOr = t:
      (mk "nullOr" (x: x == null || t.check x))
      // {
        description = "null or ${t.description}";
        inherit (t) getSubOptions below;
        merge = loc: ds: let
          nn = filter (d: d.value != null) ds;
        in
          if nn == []
          then null
          else if length nn < length ds
          then throw "The option `${showOption loc}' is defined both null and not null, in ${files ds}"
          else t.merge loc ds;
        emptyValue = null;
      };
    listOf = t:
      (mk "listOf" isList)
      // {
        description = "list of ${t.description}";
        emptyValue = [];
        merge = loc: ds:
          concatLists (map (d:
            concatLists (lib.imap1 (i: v: let
              one = [
                {
                  inherit (d) file;
                  value = v;
                }
              ];
            in
              optional (defined one) (mergeDefs (loc ++ ["[definition ${toString i}]"]) t one))
            d.value))
          ds);
      };
    nonEmptyListOf = t: listOf t // {check = x: isList x && x != [];};
    attrsOf = t:
      (mk "attrsOf" isAttrs)
      // {
        description = "attribute set of ${t.description}";
        inherit (t) getSubOptions;
        below = ["<name>"] ++ t.below;
        emptyValue = {};
        elemType = t;
        merge = loc: ds0: let
          ds = concatMap push ds0;
          g = n: map (d: d // {value = d.value.${n};}) (filter (d: d.value ? ${n}) ds);
        in
          listToAttrs (concatMap (n: optional (defined (g n)) (nameValuePair n (mergeDefs (loc ++ [n]) t (g n)))) (unique (concatMap (d: attrNames d.value) ds)));
      };
    lazyAttrsOf = t:
      attrsOf t
      // {
        name = "lazyAttrsOf";
        merge = loc: ds0: let ds = concatMap push ds0; in genAttrs (unique (concatMap (d: attrNames d.value) ds)) (n: mergeDefs (loc ++ [n]) t (map (d: d // {value = d.value.${n};}) (filter (d: d.value ? ${n}) ds)));
      };
    attrsWith = {
      elemType,
      lazy ? false,
      ...
    }:
      if lazy
      then lazyAttrsOf elemType
      else attrsOf elemType;
    either = x: y:
      (mk "either" (v: x.check v || y.check v))
      // {
        description = "${x.description} or ${y.description}";
        merge = loc: ds:
          if all (d: x.check d.value) ds
          then x.merge loc ds
          else if all (d: y.check d.value) ds
          then y.merge loc ds
          else one loc ds;
      };
    oneOf = ts: foldl' either (head ts) (tail ts);
    coercedTo = from: f: to:
      to
      // {
        check = v: from.check v || to.check v;
        merge = loc: ds:
          to.merge loc (map (d:
            d
            // {
              value =
                if from.check d.value
                then f d.value
                else d.value;
            })
          ds);
      };
    uniq = t: t;
    functionTo = t: (mk "functionTo" isFunction) // {merge = loc: ds: arg: t.merge (loc ++ ["<function body>"]) (map (d: d // {value = d.value arg;}) ds);};
    addCheck = t: c: t // {check = v: t.check v && c v;};
    submoduleWith = {
      modules,
      specialArgs ? {},
      shorthandOnlyDefinesConfig ? false,
      ...
    } @ a:
      (mk "submodule" (v: isAttrs v || isFunction v || isPath v))
      // {
        description = "submodule";
        extend = o: submoduleWith (a // {modules = modules ++ (o.modules or []);});
        inherit modules;
        emptyValue = {};
        getSubOptions = prefix: (evalModules {inherit modules specialArgs prefix;}).options;
        merge = loc: ds:
          removeAttrs
          (evalModules {
            prefix = loc;
            inherit specialArgs;
            modules =
              [{_module.args.name = lib.mkDefault (last loc);}]
              ++ modules
              ++ map (d:
                if isFunction d.value || isPath d.value
                then d.value
                else if shorthandOnlyDefinesConfig || !(d.value ? config || d.value ? options || d.value ? imports)
                then {
                  _file = d.file;
                  config = d.value;
                }
                else d.value // {_file = d.file;})
              ds;
          })
          .config ["_module"];
      };
    submodule = m:
      submoduleWith {
        modules = lib.toList m;
        shorthandOnlyDefinesConfig = true;
      };
  };
in
  types
