# lib.nixosSystem: the options of NixOS that a configuration may set are declared by name, as data without a type. So
# our modules' own options, assertions and references are checked, and a misspelt option is an error; the types of
# NixOS' own options are not. There is no freeformType at the root: nixpkgs' lib would then take misspelt options.
{
  lib,
  legacyPackages,
}: {
  modules,
  system ? "x86_64-linux",
  specialArgs ? {},
}: let
  untyped = lib.mkOption {
    type = lib.types.anything;
    default = {};
  };
  known = {
    options =
      lib.genAttrs ["boot" "environment" "fileSystems" "hardware" "networking" "nix" "nixpkgs" "programs" "security" "sops" "system" "systemd" "time" "users" "virtualisation"] (_: untyped)
      // {
        services = lib.genAttrs ["avahi" "openssh" "resolved" "restic" "timesyncd"] (_: untyped);
        assertions = lib.mkOption {
          type = lib.types.listOf lib.types.anything;
          default = [];
        };
        warnings = lib.mkOption {
          type = lib.types.listOf lib.types.str;
          default = [];
        };
      };
  };
  pkgs = legacyPackages.${system};
  evaluated = lib.evalModules {
    modules = [known] ++ modules;
    specialArgs = {inherit pkgs;} // specialArgs;
  };
  failed = map (check: check.message) (builtins.filter (check: !check.assertion) evaluated.config.assertions);
  config =
    if failed == []
    then evaluated.config
    else throw "Failed assertions:\n- ${lib.concatStringsSep "\n- " failed}";
  # What a host would be built from, as JSON: NixOS' own options, which ours end in.
  untypedNames = builtins.filter (name: !builtins.elem name ["assertions" "services" "system" "nixpkgs"]) (builtins.attrNames known.options);
  own = lib.getAttrs untypedNames config // {services = lib.getAttrs (builtins.attrNames known.options.services) config.services;};
  toplevel = pkgs.writeText "nixos-system.json" (builtins.toJSON own);
in
  evaluated
  // {
    inherit pkgs;
    config = config // {system = config.system // {build = {inherit toplevel;};};};
  }
