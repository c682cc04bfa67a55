# For a flake of your own: what a homerack.yaml makes of it. See docs/nix.md.
{
  lib,
  systems,
  nixpkgs,
  # What this flake has for a system of its own nixpkgs; packagesWith is told where PureScript's libraries are.
  packagesFor,
  packagesWith,
  # Our NixOS modules, which every host has.
  ours,
}: let
  each = f: lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});

  # The overlay that homerack.yaml names under image:, without reading the rest of the file.
  overlayIn = rack: let
    found = builtins.match ".*\n +overlay: *([a-z0-9-]+).*" (builtins.readFile rack);
  in
    if found == null
    then "community-u-boot"
    else builtins.head found;
in {
  # The commands for one rack, its checks and its hosts. `rack` is homerack.yaml; `hosts` are NixOS configurations by
  # name: { zimablade = { system = "x86_64-linux"; modules = [ ./hosts/zimablade.nix ]; }; }.
  mkRack = {
    rack,
    hosts ? {},
    # Another disk image or netboot tree than this flake's, as functions of pkgs.
    image ? pkgs: (packagesFor pkgs).pi5-image.override {overlay = overlayIn rack;},
    netboot ? pkgs: (packagesFor pkgs).netboot-tree,
    runtime ? pkgs: (packagesFor pkgs).flash-agent-runtime,
    # Where the shop's front end has its libraries from: the address of the PureScript registry's packages, which are at
    # ADDRESS/<name>/<version>.tar.gz. Without it there is no front end.
    purescriptRegistry ? "",
  }: let
    shop = pkgs: names: lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux (lib.getAttrs names (packagesWith purescriptRegistry pkgs));

    # Commands run in the repository's folder, where homerack.yaml, its secrets and .homerack are.
    command = pkgs: verb: description: preparation: {
      type = "app";
      meta = {inherit description;};
      program = lib.getExe (pkgs.writeShellApplication {
        name = "homerack-${verb}";
        runtimeInputs = [(packagesFor pkgs).provision];
        text = ''
          ${preparation}
          if [ ! -e homerack.yaml ]; then echo "there is no homerack.yaml in $PWD: run this in your repository" >&2; exit 1; fi
          exec provision ${verb} homerack.yaml "$@"
        '';
      });
    };
  in {
    apps = each (pkgs: let
      give = name: value: "export ${name}=\"\${${name}:-${value}}\"";
      # Without its pins an image cannot even be evaluated, which is said when it is wanted, and not before.
      made = builtins.tryEval "${image pkgs}";
      giveImage =
        if made.success
        then give "HOMERACK_IMAGE" made.value
        else ''
          if [ -z "''${HOMERACK_IMAGE:-}" ]; then
            echo "homerack has no pins for the disk image yet; fill them in there, on a machine with internet: nix run .#update-pins" >&2
            echo "Or name an image of your own: HOMERACK_IMAGE=FILE" >&2
            exit 1
          fi
        '';
      files = lib.optionalString pkgs.stdenv.hostPlatform.isLinux (lib.concatLines [
        giveImage
        (give "HOMERACK_NETBOOT" "${netboot pkgs}")
        (give "HOMERACK_RUNTIME" "${runtime pkgs}")
      ]);
      apply = command pkgs "apply" "make the rack what homerack.yaml says" files;
      plain = package: {
        type = "app";
        program = lib.getExe package;
        meta = {inherit (package.meta) description;};
      };
    in
      {
        inherit apply;
        default = apply;
        plan = command pkgs "plan" "say what would be done" files;
        rehearse = command pkgs "rehearse" "do all of it against a rack in software" "";
        status = command pkgs "status" "how the rack is now" "";
        config-gen = plain (packagesFor pkgs).config-gen;
      }
      // lib.mapAttrs (_: plain) (shop pkgs ["push-images" "send-images"]));

    packages = each (pkgs: shop pkgs (["retail-api" "retail-api-image"] ++ lib.optionals (purescriptRegistry != "") ["retail-web" "retail-web-image"]));

    # The file holds, and leads to a ready cluster: a rehearsal of it, with secrets of its own. A rehearsal has an address
    # of 127.0.0.0/8 for each board, which macOS does not.
    checks = each (pkgs: lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {
      rack = pkgs.runCommand "check-rack" {nativeBuildInputs = [(packagesFor pkgs).provision];} ''
        cp -r ${lib.cleanSource (dirOf rack)} rack
        chmod -R u+w rack
        cd rack
        provision rehearse ${baseNameOf rack} --speed 0 --output plain | tee $out
      '';
    });

    nixosConfigurations = lib.mapAttrs (_: {
      system,
      modules,
    }:
      lib.nixosSystem {
        inherit system;
        modules = ours ++ modules;
      })
    hosts;
  };
}
