# Everything that the flake builds, for one system. `arm` is the package set of the boards, whichever system builds:
# what goes on a board is fetched for arm64, and only put together here.
{
  lib,
  pkgs,
  arm,
  # Renders the options of our NixOS modules.
  optionDocs,
  # nix/lib/pnpm-lock.nix of this repository.
  lock,
  # Where PureScript's libraries are fetched from, or "".
  purescriptRegistry,
}: let
  version = "0.1.0";
  pins = lib.importJSON ../pins.json;
  need = import ../lib/need.nix;
  inherit (pkgs.stdenv) hostPlatform;
  platform = {
    os = hostPlatform.node.platform;
    cpu = hostPlatform.node.arch;
    libc = "glibc";
  };
  cli = arguments:
    pkgs.callPackage ./cli.nix ({
        inherit version lock platform;
        nodejs = pkgs.nodejs-slim_24;
      }
      // arguments);

  commands = {
    provision = cli {
      name = "provision";
      description = "Powered-off Raspberry Pi 5s to a highly available Talos cluster, as homerack.yaml says";
      folder = "apps/provision";
      entries = {
        provision = "apps/provision/src/cli.ts";
        virtual-rack = "packages/virtual-rack/src/cli.ts";
      };
      withAgent = true;
      extra = ["examples/three-pi"];
      tools = [pkgs.kubectl pkgs.kubernetes-helm pkgs.gitMinimal];
    };
    config-gen = cli {
      name = "config-gen";
      description = "Talos machine configs, talosconfig and kubeconfig from homerack.yaml and its secrets";
      folder = "packages/config-gen";
      entries.cli = "packages/config-gen/src/cli.ts";
      tools = [pkgs.gitMinimal];
    };
    flasher = cli {
      name = "flasher";
      description = "Disk images, netboot and bootloaders for Raspberry Pi 5 boards";
      folder = "packages/flasher";
      entries.cli = "packages/flasher/src/cli.ts";
      withAgent = true;
      tools = lib.optional hostPlatform.isLinux pkgs.util-linux;
    };
    k8s-deploy = cli {
      name = "k8s-deploy";
      description = "Kubernetes manifests: plan, apply, wait";
      folder = "packages/k8s-deploy";
      entries.cli = "packages/k8s-deploy/src/cli.ts";
      tools = [pkgs.kubectl pkgs.kubernetes-helm pkgs.sops];
    };
    update-pins = cli {
      name = "update-pins";
      description = "Fills in the hashes of nix/pins.json from registries";
      folder = "apps/update-pins";
      entries.cli = "apps/update-pins/src/cli.ts";
    };
  };

  # The kernel of the boards' first stage: the first with RP1's Ethernet in mainline, with its own device trees.
  inherit (arm.linuxPackages_6_18) kernel;
  boards = rec {
    flash-agent-initramfs = pkgs.callPackage ./flash-agent-initramfs.nix {inherit arm kernel;};
    flash-agent-runtime = pkgs.callPackage ./flash-agent-runtime.nix {inherit arm;};
    netboot-tree = pkgs.callPackage ./netboot-tree.nix {
      inherit kernel;
      initramfs = flash-agent-initramfs;
    };
    eeprom-card = pkgs.callPackage ./eeprom-card.nix {
      inherit pins;
      inherit (commands) flasher;
    };
  };
  # The shop. An image is for the architecture of the system that it is built for; `.arm64` is put together there too, of
  # what is built for the boards.
  retail = rec {
    retail-api = pkgs.callPackage ./retail-api.nix {};
    retail-api-image = withArm64 (pkgs.callPackage ./retail-api-image.nix {inherit retail-api;}) {
      retail-api = arm.callPackage ./retail-api.nix {};
    };
    retail-web = pkgs.callPackage ./retail-web.nix {
      inherit lock platform;
      registry = purescriptRegistry;
    };
    retail-web-image = withArm64 (pkgs.callPackage ./retail-web-image.nix {inherit retail-web;}) {
      inherit (arm) static-web-server;
    };
    push-images = pkgs.callPackage ./push-images.nix {inherit images;};
    send-images = pkgs.callPackage ./send-images.nix {
      inherit images;
      inherit (commands) provision;
    };
    images = [retail-api-image] ++ lib.optional (purescriptRegistry != "") retail-web-image;
  };
  withArm64 = image: contents: image // {arm64 = image.override (contents // {architecture = "arm64";});};

  image = overlay: pkgs.callPackage ./pi5-image.nix {inherit need pins overlay;};
in
  commands
  // {
    default = commands.provision;
    talosctl = pkgs.callPackage ./talosctl.nix {inherit pins;};
    docs = pkgs.callPackage ./docs.nix {inherit optionDocs;};
  }
  # Put together by Linux programs, and in a sandbox that macOS does not have.
  // lib.optionalAttrs hostPlatform.isLinux (boards
    // removeAttrs retail ["images"]
    // {
      # As `pi5-image` with the default overlay, and as `pi5-image.NAME` with another.
      pi5-image = image "community-u-boot" // lib.mapAttrs (name: _: image name) (import ../lib/overlays.nix);
    })
