{
  description = "A stand-in for nixpkgs that needs no network: a small lib, and packages that are the host's programs";

  outputs = {self}: let
    # NIXPKGS_LIB (see stand-in.ts) puts nixpkgs' real lib here instead.
    plain = import ./lib;
    lib = plain // {nixosSystem = import ./nixos.nix {inherit lib legacyPackages;};};
    systems = ["x86_64-linux" "aarch64-linux" "aarch64-darwin"];
    legacyPackages = lib.genAttrs systems (system: import ./pkgs {inherit lib system;});
  in {
    inherit lib legacyPackages;
  };
}
