# `nix run .#NAME`: the commands, and what is a command with arguments.
{
  lib,
  pkgs,
  packages,
}: let
  app = package: {
    type = "app";
    program = lib.getExe package;
    meta = {inherit (package.meta) description;};
  };
  rehearse = pkgs.writeShellApplication {
    name = "rehearse";
    runtimeInputs = [packages.provision];
    text = ''exec provision rehearse "$@"'';
    meta.description = "All of it against a rack in software: no hardware, no root";
  };
in
  lib.mapAttrs (_: app) (
    {
      inherit (packages) provision config-gen flasher k8s-deploy update-pins;
      inherit rehearse;
    }
    // lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {inherit (packages) push-images send-images;}
    // {default = packages.provision;}
  )
