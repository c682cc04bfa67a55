# The hosts of the examples, as one would write them: each is also a check that the modules evaluate.
{
  lib,
  modules,
}: let
  host = configuration:
    lib.nixosSystem {
      system = "x86_64-linux";
      modules = modules ++ [configuration];
    };
in {
  # Always on, with the boards of examples/three-pi.
  zimablade = host {
    homerack.host = {
      enable = true;
      interface = "enp1s0";
      address = "192.168.10.2";
      gateway = "192.168.10.1";
      users.me = {
        admin = true;
        keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA me"];
      };
    };
    services.homerack-netboot = {
      enable = true;
      address = "192.168.10.2";
      interface = "enp1s0";
      # In place of the image of this flake, whose pins are filled in once.
      image = "/var/lib/homerack/talos.raw";
      boards = {
        pi-1 = {
          serial = "a1b2c3d4";
          mac = "2c:cf:67:00:00:01";
        };
        pi-2 = {
          serial = "a1b2c3d5";
          mac = "2c:cf:67:00:00:02";
        };
        pi-3 = {
          serial = "a1b2c3d6";
          mac = "2c:cf:67:00:00:03";
          # A new disk in this one is written when it netboots, if it is empty.
          disk = {
            serial = "S6XNNS0W103";
            bytes = 1000204886016;
          };
        };
      };
    };
    fileSystems."/".device = "/dev/disk/by-label/nixos";
    fileSystems."/".fsType = "ext4";
    boot.loader.systemd-boot.enable = true;
    system.stateVersion = "26.05";
  };
}
