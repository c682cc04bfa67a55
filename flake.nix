{
  description = "Powered-off Raspberry Pi 5s to a highly available Talos cluster, with one file and one command";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs = {
    self,
    nixpkgs,
  }: let
    inherit (nixpkgs) lib;
    systems = ["x86_64-linux" "aarch64-linux" "aarch64-darwin"];
    each = f: lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});

    modules = {
      # With a key, because a host may name it and the default both.
      netboot-server = {
        key = "homerack-netboot-server";
        imports = [(import ./nix/modules/netboot-server.nix {inherit packagesFor;})];
      };
      lab-host = ./nix/modules/lab-host.nix;
    };
    packagesFor = pkgs:
      import ./nix/packages {
        inherit lib pkgs;
        arm = nixpkgs.legacyPackages.aarch64-linux;
        optionDocs = import ./nix/lib/option-docs.nix {inherit lib;} (lib.attrValues modules);
      };
    known = image: !lib.elem null (lib.attrValues image.platforms);
    pending =
      ["retail-web" "retail-web-image"]
      ++ lib.optional (!lib.all known (lib.attrValues (lib.importJSON ./nix/pins.json).images)) "pi5-image";
  in {
    lib = import ./nix/lib {
      inherit lib nixpkgs systems packagesFor;
      ours = lib.attrValues modules;
    };
    packages = each (pkgs: removeAttrs (packagesFor pkgs) pending);
    # What `nix flake check` does not look at: what lacks a pin or an address, which says so when it is built, and tests
    # that need KVM.
    legacyPackages = each (pkgs:
      lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux (
        lib.getAttrs pending (packagesFor pkgs)
        // {
          vm-tests = import ./nix/vm-tests.nix {
            inherit pkgs;
            modules = lib.attrValues modules;
          };
        }
      ));
    apps = each (pkgs:
      import ./nix/apps.nix {
        inherit lib pkgs;
        packages = packagesFor pkgs;
      });
    devShells = each (pkgs: {
      default = import ./nix/dev-shell.nix {
        inherit pkgs;
        packages = packagesFor pkgs;
      };
    });
    formatter = each (pkgs: pkgs.alejandra);
    checks = each (pkgs:
      import ./nix/checks.nix {
        inherit lib pkgs;
        packages = packagesFor pkgs;
      });

    nixosModules = modules // {default.imports = lib.attrValues modules;};
    nixosConfigurations = import ./nix/example-house.nix {
      inherit lib;
      modules = lib.attrValues modules;
    };
    overlays.default = final: _: {homerack = packagesFor final;};
    templates.default = {
      path = ./nix/template;
      description = "A repository of your own: one rack, its secrets, its hosts, its CI";
      welcomeText = "Fill in homerack.yaml, then try it without hardware: nix run .#rehearse";
    };
  };
}
