# A NixOS machine beside the cluster, such as a ZimaBlade: its address, who may log in, where its secrets are, and what
# of it is backed up. Plain options over NixOS' own; sops-nix is used if its module is there, and not asked for.
{
  config,
  options,
  lib,
  pkgs,
  ...
}: let
  cfg = config.homerack.host;
  inherit (lib) mkOption types;
  address = "[0-9]{1,3}(\\.[0-9]{1,3}){3}";

  user = {
    options = {
      keys = mkOption {
        type = types.nonEmptyListOf (types.strMatching "(ssh|sk-ssh|ecdsa|sk-ecdsa)-[^ ]+ [A-Za-z0-9+/=]+( .*)?");
        example = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI… me"];
        description = "The public SSH keys that log in. There are no passwords.";
      };
      admin = mkOption {
        type = types.bool;
        default = false;
        description = "Whether the user may become root.";
      };
    };
  };

  backup = {
    options = {
      paths = mkOption {
        type = types.nonEmptyListOf types.path;
        example = ["/var/lib/home"];
        description = "What is backed up.";
      };
      repository = mkOption {
        type = types.nonEmptyStr;
        example = "rest:http://192.168.10.5:8000/zimablade";
        description = "Where restic keeps it.";
      };
      passwordSecret = mkOption {
        type = types.nonEmptyStr;
        default = "restic-password";
        description = "The secret, one of `homerack.host.secrets`, with the repository's password.";
      };
      at = mkOption {
        type = types.nonEmptyStr;
        default = "daily";
        description = "When, as systemd's OnCalendar says it.";
      };
      keepDays = mkOption {
        type = types.ints.positive;
        default = 30;
        description = "For how many days a daily state is kept.";
      };
    };
  };

  secretPath = name:
    if cfg.secrets.paths ? ${name}
    then cfg.secrets.paths.${name}
    else "/run/secrets/${name}";
  unknown = lib.filter (name: !lib.elem name cfg.secrets.names) (lib.mapAttrsToList (_: backup: backup.passwordSecret) cfg.backups);
in {
  options.homerack.host = {
    enable = lib.mkEnableOption "the homerack settings of this machine";
    interface = mkOption {
      type = types.nonEmptyStr;
      example = "enp1s0";
      description = "The interface in the rack's network.";
    };
    address = mkOption {
      type = types.strMatching address;
      example = "192.168.10.2";
      description = "The machine's IPv4 address, as homerack.yaml has it.";
    };
    prefixLength = mkOption {
      type = types.ints.between 8 30;
      default = 24;
      description = "The length of the network's prefix.";
    };
    gateway = mkOption {
      type = types.strMatching address;
      example = "192.168.10.1";
      description = "The home router.";
    };
    nameservers = mkOption {
      type = types.listOf (types.strMatching address);
      default = [cfg.gateway];
      defaultText = lib.literalExpression "[ config.homerack.host.gateway ]";
      description = "Whom the machine asks for names.";
    };
    users = mkOption {
      type = types.attrsOf (types.submodule user);
      default = {};
      description = "Who may log in.";
    };
    secrets = {
      file = mkOption {
        type = types.nullOr types.path;
        default = null;
        description = "The machine's SOPS file, for sops-nix.";
      };
      names = mkOption {
        type = types.listOf types.nonEmptyStr;
        default = [];
        example = ["restic-password"];
        description = "The secrets of that file that the machine uses.";
      };
      paths = mkOption {
        type = types.attrsOf types.path;
        default = {};
        description = "Where a secret is instead of /run/secrets/NAME, for whoever does not use sops-nix.";
      };
    };
    backups = mkOption {
      type = types.attrsOf (types.submodule backup);
      default = {};
      description = "What restic backs up.";
    };
  };

  config = lib.mkIf cfg.enable (lib.mkMerge [
    {
      assertions = [
        {
          assertion = lib.any (user: user.admin) (lib.attrValues cfg.users);
          message = "homerack.host.users has no admin: nobody could change this machine again. Set users.<name>.admin = true";
        }
        {
          assertion = cfg.secrets.names == [] || cfg.secrets.file != null || lib.all (name: cfg.secrets.paths ? ${name}) cfg.secrets.names;
          message = "homerack.host.secrets.names is set, but there is no secrets.file and not every secret has a path in secrets.paths";
        }
        {
          assertion = cfg.secrets.file == null || options ? sops;
          message = "homerack.host.secrets.file is for sops-nix: add sops-nix.nixosModules.sops to the machine's modules";
        }
        {
          assertion = unknown == [];
          message = "homerack.host.backups uses the secret ${lib.concatStringsSep ", " unknown}, which is not in homerack.host.secrets.names";
        }
      ];

      networking = {
        useDHCP = false;
        interfaces.${cfg.interface}.ipv4.addresses = [{inherit (cfg) address prefixLength;}];
        # networkd wants the interface too.
        defaultGateway = {
          address = cfg.gateway;
          inherit (cfg) interface;
        };
        inherit (cfg) nameservers;
      };

      services.openssh = {
        enable = true;
        settings = {
          PasswordAuthentication = false;
          KbdInteractiveAuthentication = false;
          PermitRootLogin = "no";
        };
      };
      security.sudo.wheelNeedsPassword = false;
      users.mutableUsers = false;
      users.users =
        lib.mapAttrs (_: user: {
          isNormalUser = true;
          extraGroups = lib.optional user.admin "wheel";
          openssh.authorizedKeys.keys = user.keys;
        })
        cfg.users;

      services.restic.backups =
        lib.mapAttrs (_: backup: {
          inherit (backup) paths repository;
          initialize = true;
          passwordFile = secretPath backup.passwordSecret;
          timerConfig = {
            OnCalendar = backup.at;
            Persistent = true;
          };
          pruneOpts = ["--keep-daily ${toString backup.keepDays}"];
        })
        cfg.backups;
    }
    (lib.optionalAttrs (options ? sops) {
      sops = lib.mkIf (cfg.secrets.file != null) {
        defaultSopsFile = cfg.secrets.file;
        secrets = lib.genAttrs cfg.secrets.names (_: {});
      };
    })
  ]);
}
