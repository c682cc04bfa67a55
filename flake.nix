{
  description = "Powered-off Raspberry Pi 5s to a highly available Talos cluster, with one file and one command";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs = {
    self,
    nixpkgs,
  }: let
    inherit (nixpkgs) lib;
    systems = ["x86_64-linux" "aarch64-linux" "aarch64-darwin"];
    # The packages of a system are the same for every output, and evaluated once.
    each = f: lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system} all.${system});
    all = each (pkgs: _: packagesFor pkgs);

    modules = {
      # With a key, because a host may name it and the default both.
      netboot-server = {
        key = "homerack-netboot-server";
        imports = [(import ./nix/modules/netboot-server.nix {inherit packagesFor;})];
      };
      lab-host = ./nix/modules/lab-host.nix;
    };
    # A repository of one's own gives the address to mkRack; from outside it is for this one.
    packagesFor = packagesWith (builtins.getEnv "HOMERACK_PURESCRIPT_REGISTRY");
    packagesWith = purescriptRegistry: pkgs:
      import ./nix/packages {
        inherit lib pkgs lock purescriptRegistry;
        arm = nixpkgs.legacyPackages.aarch64-linux;
        optionDocs = import ./nix/lib/option-docs.nix {inherit lib;} (lib.attrValues modules);
      };
    lock = import ./nix/lib/pnpm-lock.nix {inherit lib;} ./pnpm-lock.yaml;
    known = image: !lib.elem null (lib.attrValues image.platforms);
    pending =
      ["retail-web" "retail-web-image"]
      ++ lib.optional (!lib.all known (lib.attrValues (lib.importJSON ./nix/pins.json).images)) "pi5-image";
  in {
    lib = import ./nix/lib {
      inherit lib nixpkgs systems packagesWith;
      packagesFor = pkgs: all.${pkgs.stdenv.hostPlatform.system};
      ours = lib.attrValues modules;
    };
    packages = each (_: packages: removeAttrs packages pending);
    # What `nix flake check` does not look at: what lacks a pin or an address, which says so when it is built, and tests
    # that need KVM.
    legacyPackages = each (pkgs: packages:
      lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux (
        lib.getAttrs pending packages
        // {
          vm-tests = import ./nix/vm-tests.nix {
            inherit pkgs;
            modules = lib.attrValues modules;
          };
        }
      ));
    apps = each (pkgs: packages: import ./nix/apps.nix {inherit lib pkgs packages;});
    devShells = each (pkgs: packages: {default = import ./nix/dev-shell.nix {inherit pkgs packages;};});
    formatter = each (pkgs: _: pkgs.alejandra);
    checks = each (pkgs: packages: import ./nix/checks.nix {inherit lib pkgs packages;});

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
