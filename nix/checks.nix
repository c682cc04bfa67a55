# `nix flake check` builds these. Each is made in the sandbox, where there is no network but loopback.
{
  lib,
  pkgs,
  packages,
}: let
  # The most bytes that a bundle may have: a dependency that slips in shows here.
  budgets = {
    provision = 6000000;
    config-gen = 3000000;
    flasher = 3000000;
    k8s-deploy = 3000000;
  };
  bundleSize = name: budget: ''
    size=$(du --bytes --summarize ${packages.${name}}/lib | cut -f1)
    echo "${name}: $size bytes of ${toString budget}" | tee -a $out
    if [ "$size" -gt ${toString budget} ]; then echo "${name} is larger than its budget" >&2; exit 1; fi
  '';
in
  {
    bundle-sizes = pkgs.runCommand "bundle-sizes" {} (lib.concatStringsSep "\n" (lib.mapAttrsToList bundleSize budgets));

    inherit (packages) docs;
  }
  // lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {
    inherit (packages) netboot-tree flash-agent-runtime;

    # A rehearsal has an address of 127.0.0.0/8 for each board, which macOS does not.
    rehearsal = pkgs.runCommand "rehearsal" {nativeBuildInputs = [packages.provision];} ''
      provision rehearse --speed 0 --output plain | tee $out
      grep -q 'closet is ready' $out
    '';
  }
