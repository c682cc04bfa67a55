{
  description = "My rack";

  # Where you have homerack from.
  inputs.homerack.url = "github:OWNER/homerack";

  outputs = {homerack, ...}:
    homerack.lib.mkRack {
      rack = ./homerack.yaml;
      hosts.server = {
        system = "x86_64-linux";
        modules = [./hosts/server.nix];
      };
      # For the shop's front end: where the PureScript registry has its packages.
      # purescriptRegistry = "https://…";
    };
}
