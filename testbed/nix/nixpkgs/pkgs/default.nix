# The closed list of package names that our flake may use: a name that is not here fails, here as with nixpkgs.
{
  lib,
  system,
}: let
  platform = import ./platform.nix {inherit lib system;};
  build = import ./build.nix {inherit lib system platform;};
  inherit (build) mkDerivation runCommand writeTextFile hostTool;

  # Packages that are the host's programs: { <attribute> = [ <program> … ]; }.
  tools = lib.mapAttrs hostTool {
    age = ["age" "age-keygen"];
    alejandra = ["alejandra"];
    bashInteractive = ["bash"];
    bubblewrap = ["bwrap"];
    busybox = ["busybox"];
    cabal-install = ["cabal"];
    cpio = ["cpio"];
    dosfstools = ["mkfs.vfat"];
    esbuild = ["esbuild"];
    ghc = ["ghc"];
    gitMinimal = ["git"];
    gptfdisk = ["sgdisk"];
    jq = ["jq"];
    kmod = ["modprobe" "depmod"];
    kubectl = ["kubectl"];
    kubernetes-helm = ["helm"];
    mtools = ["mcopy" "mdir" "mformat"];
    nodejs_24 = ["node"];
    nodejs-slim_24 = ["node"];
    patchelf = ["patchelf"];
    pnpm_10 = ["pnpm"];
    qemu = ["qemu-system-aarch64"];
    skopeo = ["skopeo"];
    sops = ["sops"];
    static-web-server = ["static-web-server"];
    util-linux = ["lsblk" "blkdiscard"];
    xfsprogs = ["mkfs.xfs"];
    xz = ["xz"];
    zstd = ["zstd"];
  };

  self =
    tools
    // build
    // import ./writers.nix {inherit lib mkDerivation runCommand writeTextFile;}
    // import ./docker-tools.nix {inherit lib runCommand platform self;}
    // import ./haskell.nix {inherit lib mkDerivation;}
    // import ./kernel.nix {inherit runCommand;}
    # What is compiled for the boards; macOS on arm64 is none.
    // lib.optionalAttrs (system == "aarch64-linux") (import ./board-programs.nix {inherit lib runCommand;})
    // {
      inherit lib system;
      pkgs = self;
      # Compiles nothing: what comes out says so in a browser's console.
      purescript = runCommand "purescript" {} ''
        mkdir -p $out/bin
        cat > $out/bin/purs <<'END'
        #!/bin/sh
        until [ "$1" = --output ]; do shift; done
        for page in Till Office; do
          mkdir -p "$2/$page"
          echo 'export const main = () => console.log("not compiled here")' > "$2/$page/index.js"
        done
        echo '{ "errors": [], "warnings": [] }'
        END
        chmod +x $out/bin/purs
      '';
      stdenv = {
        inherit mkDerivation system;
        hostPlatform = platform;
        buildPlatform = platform;
      };
      stdenvNoCC = self.stdenv;
      callPackage = lib.callPackageWith self;
      # What such a test is made of; it runs on nixpkgs only.
      testers.runNixOSTest = test: test;
    };
in
  self
