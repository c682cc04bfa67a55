//go:build linux

// Stands in for the file of the same name in talosctl, which needs a commit of rtnetlink that is not on every
// module proxy. Only the hidden bgp-launch command used it.
package mgmt

import (
	"context"
	"errors"

	gobgpsrv "github.com/osrg/gobgp/v4/pkg/server"
)

func fabricZebra(context.Context, *gobgpsrv.BgpServer, []string, string) error {
	return errors.New("bgp-launch is left out of this build")
}
