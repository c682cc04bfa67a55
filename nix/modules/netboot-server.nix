# A machine that is always on and netboots the rack's boards: `flasher serve` as a service without root.
{packagesFor}: {
  config,
  lib,
  pkgs,
  ...
}: let
  cfg = config.services.homerack-netboot;
  inherit (lib) mkOption types;
  packages = packagesFor pkgs;
  address = types.strMatching "[0-9]{1,3}(\\.[0-9]{1,3}){3}";
  leasing = cfg.mode == "dhcp";

  board = {
    options = {
      serial = mkOption {
        type = types.strMatching "[0-9a-f]{8}";
        example = "a1b2c3d4";
        description = "The low 32 bits of the board's serial number, as /proc/cpuinfo ends with.";
      };
      mac = mkOption {
        type = types.strMatching "[0-9a-f]{2}(:[0-9a-f]{2}){5}";
        example = "2c:cf:67:00:00:01";
        description = "The address of the board's Ethernet, in lower case.";
      };
      address = mkOption {
        type = types.nullOr address;
        default = null;
        example = "192.168.10.51";
        description = "The address that the board is leased, with mode dhcp.";
      };
      disk = mkOption {
        default = null;
        description = ''
          The disk that the image is written to when the board netboots. Only an empty disk with this serial and size is
          written; a disk that holds anything is refused. Without it the board is looked at, and left alone.
        '';
        type = types.nullOr (types.submodule {
          options = {
            serial = mkOption {
              type = types.nonEmptyStr;
              example = "S6XNNS0W103";
              description = "The serial number that the disk reports.";
            };
            bytes = mkOption {
              type = types.ints.positive;
              example = 1000204886016;
              description = "The size of the disk.";
            };
          };
        });
      };
    };
  };

  # Only the files that are there: device trees are named by the kernel's version.
  serve = pkgs.writeShellScript "homerack-netboot" ''
    files=()
    for tree in ${cfg.tree}/*.dtb; do files+=(--file "$(basename "$tree")=$tree"); done
    exec ${lib.escapeShellArgs arguments} "''${files[@]}"
  '';
  arguments =
    [
      (lib.getExe cfg.package)
      "serve"
      "--listen"
      cfg.address
      "--mode"
      cfg.mode
      "--image"
      "${cfg.image}"
      "--kernel"
      "${cfg.tree}/kernel_2712.img"
      "--initramfs"
      "${cfg.tree}/initramfs"
      "--runtime"
      "${cfg.runtime}"
      "--http-port"
      (toString cfg.httpPort)
      "--cache"
      "/var/cache/homerack-netboot"
    ]
    ++ lib.optionals leasing (
      ["--network" cfg.leases.network]
      ++ lib.optionals (cfg.leases.router != null) ["--router" cfg.leases.router]
      ++ lib.concatMap (server: ["--dns" server]) cfg.leases.nameservers
    )
    ++ lib.concatLists (lib.mapAttrsToList (name: {
      serial,
      mac,
      address,
      disk,
      ...
    }:
      ["--board" "${name}=${serial},${mac}${lib.optionalString leasing ",${address}"}"]
      ++ lib.optionals (disk != null) ["--flash" "${name}=${disk.serial},${toString disk.bytes}"])
    cfg.boards);

  duplicates = field: let
    values = map (board: board.${field}) (lib.attrValues cfg.boards);
  in
    lib.unique (builtins.filter (value: value != null && lib.count (other: other == value) values > 1) values);
  unique = field: {
    assertion = duplicates field == [];
    message = "services.homerack-netboot.boards: two boards have the ${field} ${lib.concatStringsSep ", " (duplicates field)}";
  };
  withoutAddress = lib.attrNames (lib.filterAttrs (_: board: board.address == null) cfg.boards);
in {
  options.services.homerack-netboot = {
    enable = lib.mkEnableOption "netboot for the boards of a homerack";
    package = mkOption {
      type = types.package;
      default = packages.flasher;
      defaultText = lib.literalExpression "the flasher of this flake";
      description = "The package with the `flasher` command.";
    };
    address = mkOption {
      type = address;
      example = "192.168.10.2";
      description = "The IPv4 address of this machine in the boards' network.";
    };
    interface = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "enp1s0";
      description = "The interface with that address. If it is named, the firewall opens there only.";
    };
    mode = mkOption {
      type = types.enum ["proxy-dhcp" "tftp-address" "dhcp"];
      default = "proxy-dhcp";
      description = ''
        How boards learn this address: proxy DHCP beside the home router, or `tftp-address` if their bootloader was
        told (`flasher eeprom-card --tftp`). Leases stay with the router in both. `dhcp` is for a network in which
        nothing else leases addresses: it does not start while another server does.
      '';
    };
    leases = {
      network = mkOption {
        type = types.nullOr (types.strMatching "[0-9]{1,3}(\\.[0-9]{1,3}){3}/([12]?[0-9]|30)");
        default = null;
        example = "192.168.10.0/24";
        description = "The network of the addresses that boards are leased, with mode dhcp.";
      };
      router = mkOption {
        type = types.nullOr address;
        default = null;
        example = "192.168.10.1";
        description = "The way out of that network, if there is one.";
      };
      nameservers = mkOption {
        type = types.listOf address;
        default = [];
        description = "Whom boards ask for names.";
      };
    };
    boards = mkOption {
      type = types.attrsOf (types.submodule board);
      default = {};
      description = "The boards that may netboot, by name. Others are listed in the log, and never answered.";
    };
    image = mkOption {
      type = types.path;
      default = packages.pi5-image;
      defaultText = lib.literalExpression "the pi5-image of this flake";
      description = "The disk image that is flashed.";
    };
    tree = mkOption {
      type = types.path;
      default = packages.netboot-tree;
      defaultText = lib.literalExpression "the netboot-tree of this flake";
      description = "The folder with kernel_2712.img, initramfs and device trees.";
    };
    runtime = mkOption {
      type = types.path;
      default = packages.flash-agent-runtime;
      defaultText = lib.literalExpression "the flash-agent-runtime of this flake";
      description = "The second stage of the flash agent's Linux.";
    };
    httpPort = mkOption {
      type = types.port;
      default = 8069;
      description = "The port that the flash agent fetches the image from.";
    };
    openFirewall = mkOption {
      type = types.bool;
      default = true;
      description = "Whether to open the ports of DHCP, TFTP and HTTP.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = cfg.boards != {};
        message = "services.homerack-netboot.boards is empty: name the boards that may netboot, with serial and mac";
      }
      (unique "serial")
      (unique "mac")
      (unique "address")
      {
        assertion = leasing -> cfg.leases.network != null;
        message = "services.homerack-netboot.mode is dhcp: set leases.network to the network of the boards' addresses, such as 192.168.10.0/24";
      }
      {
        assertion = leasing -> withoutAddress == [];
        message = "services.homerack-netboot.mode is dhcp: set boards.<name>.address, which is leased to it, for ${lib.concatStringsSep ", " withoutAddress}";
      }
      {
        assertion = cfg.leases.network != null -> leasing;
        message = "services.homerack-netboot.leases is for mode dhcp; in mode ${cfg.mode} the router leases addresses";
      }
    ];

    networking.firewall = let
      # TFTP answers from ports of its own, and connections that we began are let in. On port 68 it hears the DHCP
      # server beside which it must not lease.
      ports = {
        allowedUDPPorts = [67] ++ lib.optional leasing 68 ++ [69];
        allowedTCPPorts = [cfg.httpPort];
      };
    in
      lib.mkIf cfg.openFirewall (
        if cfg.interface == null
        then ports
        else {interfaces.${cfg.interface} = ports;}
      );

    systemd.services.homerack-netboot = {
      description = "Netboot for the boards of a homerack";
      wantedBy = ["multi-user.target"];
      wants = ["network-online.target"];
      after = ["network-online.target"];
      environment.HOME = "/var/cache/homerack-netboot";
      serviceConfig = {
        ExecStart = serve;
        Restart = "on-failure";
        RestartSec = 5;
        CacheDirectory = "homerack-netboot";

        # A user that exists while it runs, and the one privilege that ports below 1024 need.
        DynamicUser = true;
        AmbientCapabilities = ["CAP_NET_BIND_SERVICE"];
        CapabilityBoundingSet = ["CAP_NET_BIND_SERVICE"];
        NoNewPrivileges = true;

        ProtectSystem = "strict";
        ProtectHome = true;
        PrivateTmp = true;
        PrivateDevices = true;
        ProtectClock = true;
        ProtectControlGroups = true;
        ProtectHostname = true;
        ProtectKernelLogs = true;
        ProtectKernelModules = true;
        ProtectKernelTunables = true;
        ProtectProc = "invisible";
        # Netlink is how a program lists the machine's addresses.
        RestrictAddressFamilies = ["AF_INET" "AF_UNIX" "AF_NETLINK"];
        RestrictNamespaces = true;
        RestrictRealtime = true;
        RestrictSUIDSGID = true;
        LockPersonality = true;
        SystemCallArchitectures = "native";
        SystemCallFilter = ["@system-service" "~@privileged" "~@resources"];
        SystemCallErrorNumber = "EPERM";
        UMask = "0077";
        # MemoryDenyWriteExecute is left out: Node compiles while it runs.
      };
    };
  };
}
