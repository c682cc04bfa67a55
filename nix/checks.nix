# `nix flake check` builds these. Each is made in the sandbox, where there is no network but loopback.
{
  lib,
  pkgs,
  packages,
}: let
  # The most bytes that a bundle may have, and a command with all that it needs: a dependency that slips in shows here.
  # How large nixpkgs' programs are was not seen, so the latter is wide.
  bundles = {
    provision = 6000000;
    config-gen = 3000000;
    flasher = 3000000;
    k8s-deploy = 3000000;
  };
  closure = 1000000000;
  measure = name: bundle: ''
    measure "${name}" "$(du --bytes --summarize ${packages.${name}}/lib | cut -f1)" ${toString bundle}
    measure "${name} with all that it needs" "$(cat ${pkgs.closureInfo {rootPaths = [packages.${name}];}}/total-nar-size)" ${toString closure}
  '';

  # The front end's server, which can be built without an address.
  withoutFiles = pkgs.callPackage ./packages/retail-web-image.nix {
    retail-web = pkgs.runCommand "no-files" {
      version = "0";
      meta.description = "In place of the front end";
    } "mkdir $out";
  };
in
  {
    sizes = pkgs.runCommand "sizes" {} ''
      measure() {
        echo "$1: $2 bytes of $3" | tee -a $out
        if [ "$2" -gt "$3" ]; then echo "$1 is larger than its budget" >&2; exit 1; fi
      }
      ${lib.concatStrings (lib.mapAttrsToList measure bundles)}
    '';

    inherit (packages) docs;
  }
  // lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {
    inherit (packages) netboot-tree flash-agent-runtime;

    images-without-shell = pkgs.callPackage ./images-without-shell.nix {images = [packages.retail-api-image withoutFiles];};

    # A rehearsal has an address of 127.0.0.0/8 for each board, which macOS does not.
    rehearsal = pkgs.runCommand "rehearsal" {nativeBuildInputs = [packages.provision];} ''
      provision rehearse --speed 0 --output plain | tee $out
      grep -q 'closet is ready' $out
    '';
  }
