# A NixOS machine beside the cluster.
{
  homerack.host = {
    enable = true;
    interface = "enp1s0";
    address = "192.168.10.2";
    gateway = "192.168.10.1";
    users.me = {
      admin = true;
      keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA replace-me"];
    };
  };
  boot.loader.systemd-boot.enable = true;
  fileSystems."/" = {
    device = "/dev/disk/by-label/nixos";
    fsType = "ext4";
  };
  system.stateVersion = "26.05";
}
