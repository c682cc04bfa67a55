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
  # The front end's is there only where its libraries can be fetched from.
  images = [packages.retail-api-image] ++ lib.optional (builtins.getEnv "HOMERACK_PURESCRIPT_REGISTRY" != "") packages.retail-web-image;
  # By way of a file, because skopeo reads an archive more than once. Its own options may follow.
  push-images = pkgs.writeShellApplication {
    name = "push-images";
    runtimeInputs = [pkgs.skopeo];
    text =
      ''
        if [ $# = 0 ]; then echo "Usage: push-images REGISTRY/FOLDER [skopeo copy options]" >&2; exit 1; fi
        to=$1
        shift
        archive=$(mktemp)
        trap 'rm -f "$archive"' EXIT
      ''
      + lib.concatMapStringsSep "\n" (image: ''
        ${image} > "$archive"
        skopeo copy "$@" "docker-archive:$archive" "docker://$to/${image.imageName}:${image.imageTag}"
      '')
      images;
    meta.description = "The images of this system, to a registry";
  };
in
  lib.mapAttrs (_: app) (
    {
      inherit (packages) provision config-gen flasher k8s-deploy update-pins;
      inherit rehearse;
    }
    // lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {inherit push-images;}
    // {default = packages.provision;}
  )
