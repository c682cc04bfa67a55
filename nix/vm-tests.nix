# Tests of the modules on a running NixOS. They need KVM and nixpkgs, so only hosted CI runs them.
{
  pkgs,
  modules,
}: {
  netboot-server = pkgs.testers.runNixOSTest {
    name = "homerack-netboot-server";
    nodes.server = {pkgs, ...}: {
      imports = modules;
      virtualisation.vlans = [1];
      networking.firewall.enable = true;
      environment.systemPackages = [pkgs.curl];
      services.homerack-netboot = {
        enable = true;
        address = "192.168.1.2";
        image = pkgs.writeText "talos.raw" "an image";
        boards.pi-1 = {
          serial = "a1b2c3d4";
          mac = "2c:cf:67:00:00:01";
        };
      };
    };
    nodes.board = {pkgs, ...}: {
      virtualisation.vlans = [1];
      environment.systemPackages = [pkgs.curl];
    };
    testScript = ''
      start_all()
      server.wait_for_unit("homerack-netboot.service")
      board.wait_for_unit("multi-user.target")
      board.wait_until_succeeds("curl --fail --silent http://192.168.1.2:8069/agent.mjs > /dev/null")
      server.succeed("curl --fail --silent tftp://192.168.1.2/a1b2c3d4/config.txt | grep kernel_2712.img")
      server.succeed("systemd-analyze security --threshold=30 homerack-netboot.service")
    '';
  };
}
