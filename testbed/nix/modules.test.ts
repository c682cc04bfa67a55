import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findPeer } from '../index.ts'
import { type Nix, noNix, openNix } from './support/open-nix.ts'

type Seen = { failed: string[]; value: unknown }

describe.skipIf(noNix !== undefined)(`the NixOS modules${noNix ? ` (${noNix})` : ''}`, () => {
  let nix: Nix
  beforeAll(async () => {
    nix = await openNix()
  })
  afterAll(() => nix.close())

  /** The example's host with another module: what its assertions say, and a value of its configuration. */
  const withModule = (module: string, value = 'null') =>
    nix.evaluate<Seen>(
      'nixosConfigurations.zimablade',
      `host: let config = (host.extendModules { modules = [ (${module}) ]; }).config; in {
        failed = map (check: check.message) (builtins.filter (check: !check.assertion) config.assertions);
        value = ${value};
      }`,
    )

  test('the netboot server runs without root, with one privilege', async () => {
    const { failed, value } = await withModule(
      '{ }',
      'config.systemd.services.homerack-netboot.serviceConfig',
    )
    expect(failed).toEqual([])
    expect(value).toMatchObject({
      DynamicUser: true,
      AmbientCapabilities: ['CAP_NET_BIND_SERVICE'],
      CapabilityBoundingSet: ['CAP_NET_BIND_SERVICE'],
      NoNewPrivileges: true,
      ProtectSystem: 'strict',
      ProtectHome: true,
      RestrictNamespaces: true,
      RestrictAddressFamilies: ['AF_INET', 'AF_UNIX', 'AF_NETLINK'],
    })
  })

  const systemd = findPeer('systemd-analyze')
  test.skipIf('missing' in systemd)(
    `systemd understands its unit, and rates its exposure below 2${'missing' in systemd ? ` (${systemd.missing})` : ''}`,
    async () => {
      const { value } = await withModule('{ }', 'config.systemd.services.homerack-netboot.serviceConfig')
      const settings = { ...(value as Record<string, unknown>), ExecStart: '/bin/true' }
      const lines = Object.entries(settings).flatMap(([name, each]) =>
        [each].flat().map((one) => `${name}=${one}`),
      )
      const unit = join(nix.source, '../homerack-netboot.service')
      await writeFile(unit, ['[Service]', ...lines, ''].join('\n'))
      const verified = await nix.run(['systemd-analyze', 'verify', unit])
      expect(verified).toEqual({ code: 0, stdout: '', stderr: '' })
      const rated = await nix.run(['systemd-analyze', 'security', '--offline=true', '--threshold=20', unit])
      expect(rated.code, rated.stdout).toBe(0)
    },
  )

  test('its command names the boards, and arms only those with a disk', async () => {
    const unit = 'nixosConfigurations.zimablade.config.systemd.services.homerack-netboot.serviceConfig'
    const command = await readFile(await nix.build(`${unit}.ExecStart`), 'utf8')
    expect(command).toContain("--board 'pi-1=a1b2c3d4,2c:cf:67:00:00:01'")
    expect(command.match(/--flash \S+/g)).toEqual(["--flash 'pi-3=S6XNNS0W103,1000204886016'"])
    expect(command).not.toContain('--erase')
  })

  test('where nothing else leases, its command has the network and an address for each board', async () => {
    const leasing = `{ lib, ... }: { services.homerack-netboot = {
      mode = "dhcp";
      leases = { network = "192.168.10.0/24"; router = "192.168.10.1"; nameservers = [ "192.168.10.1" "9.9.9.9" ]; };
      boards = lib.mkForce { pi-1 = { serial = "a1b2c3d4"; mac = "2c:cf:67:00:00:01"; address = "192.168.10.51"; }; };
    }; }`
    expect((await withModule(leasing)).failed).toEqual([])
    const command = await nix.buildChanged(
      'nixosConfigurations.zimablade',
      `host: (host.extendModules { modules = [ (${leasing}) ]; }).config.systemd.services.homerack-netboot.serviceConfig.ExecStart`,
    )
    expect(await readFile(command, 'utf8')).toMatch(
      /--mode dhcp .*--network 192\.168\.10\.0\/24 --router 192\.168\.10\.1 --dns 192\.168\.10\.1 --dns 9\.9\.9\.9 --board 'pi-1=a1b2c3d4,2c:cf:67:00:00:01,192\.168\.10\.51'/,
    )
  })

  test.each([
    [
      'on the interface that is named',
      '{ }',
      { interfaces: { enp1s0: { allowedUDPPorts: [67, 69], allowedTCPPorts: [8069] } } },
    ],
    [
      'for the answers of other DHCP servers, if it leases',
      '{ services.homerack-netboot.mode = "dhcp"; }',
      { interfaces: { enp1s0: { allowedUDPPorts: [67, 68, 69], allowedTCPPorts: [8069] } } },
    ],
    [
      'everywhere if none is',
      '{ lib, ... }: { services.homerack-netboot.interface = lib.mkForce null; }',
      { allowedUDPPorts: [67, 69], allowedTCPPorts: [8069] },
    ],
    [
      'with another port',
      '{ services.homerack-netboot.httpPort = 8070; }',
      { interfaces: { enp1s0: { allowedTCPPorts: [8070] } } },
    ],
  ])('the firewall opens %s', async (_, module, expected) => {
    expect((await withModule(module, 'config.networking.firewall')).value).toMatchObject(expected)
  })

  test('the firewall stays closed on request', async () => {
    const { value } = await withModule(
      '{ services.homerack-netboot.openFirewall = false; }',
      'config.networking',
    )
    expect(value).not.toHaveProperty('firewall')
  })

  test.each([
    [
      'no boards',
      '{ lib, ... }: { services.homerack-netboot.boards = lib.mkForce { }; }',
      /boards is empty: name the boards/,
    ],
    [
      'two boards with one serial',
      '{ services.homerack-netboot.boards.pi-9 = { serial = "a1b2c3d4"; mac = "2c:cf:67:00:00:09"; }; }',
      /two boards have the serial a1b2c3d4/,
    ],
    [
      'two boards with one mac',
      '{ services.homerack-netboot.boards.pi-9 = { serial = "a1b2c3d9"; mac = "2c:cf:67:00:00:01"; }; }',
      /two boards have the mac 2c:cf:67:00:00:01/,
    ],
    [
      'leases without their network',
      `{ lib, ... }: { services.homerack-netboot = {
        mode = "dhcp";
        boards = lib.mkForce { pi-1 = { serial = "a1b2c3d4"; mac = "2c:cf:67:00:00:01"; address = "192.168.10.51"; }; };
      }; }`,
      /mode is dhcp: set leases\.network to the network/,
    ],
    [
      'leases without an address for a board',
      `{ services.homerack-netboot = {
        mode = "dhcp";
        leases.network = "192.168.10.0/24";
        boards.pi-1.address = "192.168.10.51";
      }; }`,
      /set boards\.<name>\.address, which is leased to it, for pi-2, pi-3$/,
    ],
    [
      'leases beside the router',
      '{ services.homerack-netboot.leases.network = "192.168.10.0/24"; }',
      /leases is for mode dhcp; in mode proxy-dhcp the router leases/,
    ],
    [
      'nobody who can administer the host',
      '{ lib, ... }: { homerack.host.users.me.admin = lib.mkForce false; }',
      /has no admin/,
    ],
    [
      'a backup with a secret that is not named',
      '{ homerack.host.backups.home = { paths = [ "/home" ]; repository = "/mnt/backup"; }; }',
      /uses the secret restic-password, which is not in/,
    ],
    [
      'secrets without a place',
      '{ homerack.host.secrets.names = [ "x" ]; }',
      /no secrets\.file and not every secret has a path/,
    ],
  ])('%s: the assertion says so', async (_, module, message) => {
    const { failed } = await withModule(module)
    expect(failed).toEqual([expect.stringMatching(message)])
  })

  test.each([
    [
      'a misspelt option',
      '{ services.homerack-netboot.adress = "192.168.10.2"; }',
      /The option `services\.homerack-netboot\.adress' does not exist/,
    ],
    [
      'an option of a board that is misspelt',
      '{ services.homerack-netboot.boards.pi-1.nac = "x"; }',
      /boards\.pi-1\.nac' does not exist/,
    ],
    [
      'a serial in capitals',
      '{ lib, ... }: { services.homerack-netboot.boards.pi-1.serial = lib.mkForce "A1B2C3D4"; }',
      /boards\.pi-1\.serial' is not of type/,
    ],
    [
      'a mode that needs more than this',
      '{ services.homerack-netboot.mode = "bootp"; }',
      /mode' is not of type `one of "proxy-dhcp", "tftp-address", "dhcp"'/,
    ],
    [
      'a board without a mac',
      '{ services.homerack-netboot.boards.pi-9.serial = "a1b2c3d9"; }',
      /boards\.pi-9\.mac' was accessed but has no value/,
    ],
    [
      'a password instead of a key',
      '{ homerack.host.users.me.keys = [ "secret" ]; }',
      /users\.me\.keys.*' is not of type/,
    ],
  ])('%s is refused in a sentence', async (_, module, message) => {
    await expect(
      withModule(
        module,
        'builtins.toJSON [ config.services.homerack-netboot.boards config.services.homerack-netboot.mode config.users.users ]',
      ),
    ).rejects.toThrow(message)
  })

  test('a lab host has its address, its users with keys only, and its backups', async () => {
    const { failed, value } = await withModule(
      `{ homerack.host = {
        secrets.names = [ "restic-password" ];
        secrets.paths.restic-password = "/etc/secrets/restic";
        backups.home = { paths = [ "/home" ]; repository = "/mnt/backup"; };
      }; }`,
      '{ inherit (config.networking) interfaces defaultGateway nameservers; inherit (config.users) users; inherit (config.services.restic) backups; inherit (config.services.openssh) settings; }',
    )
    expect(failed).toEqual([])
    expect(value).toMatchObject({
      interfaces: { enp1s0: { ipv4: { addresses: [{ address: '192.168.10.2', prefixLength: 24 }] } } },
      defaultGateway: { address: '192.168.10.1', interface: 'enp1s0' },
      nameservers: ['192.168.10.1'],
      users: { me: { isNormalUser: true, extraGroups: ['wheel'] } },
      backups: { home: { passwordFile: '/etc/secrets/restic', timerConfig: { OnCalendar: 'daily' } } },
      settings: { PasswordAuthentication: false, PermitRootLogin: 'no' },
    })
  })

  test('options are documented by their sources', async () => {
    const docs = await nix.build('docs')
    const text = await readFile(join(docs, 'nixos-options.md'), 'utf8')
    expect(text).toContain('### `services.homerack-netboot.boards.<name>.serial`')
    expect(text).not.toMatch(/### `[^`]+`\n\n(Type|null)/)
  })
})
