import { type ChildProcess, spawn } from 'node:child_process'
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findPeer } from '../index.ts'
import { type Nix, noNix, openNix } from './support/open-nix.ts'

const peers = (['bwrap', 'curl', 'patchelf', 'cpio'] as const).map(findPeer)
const missing = noNix ?? peers.flatMap((peer) => ('missing' in peer ? [peer.missing] : []))[0]

/** Nobody, as a user that exists only while the service runs. */
const user = 65534

type Service = { AmbientCapabilities: string[]; CapabilityBoundingSet: string[]; NoNewPrivileges: boolean }

/**
 * The generated unit's command with what the unit grants and no more: another user, the capabilities that it names, a
 * file system that is read-only but for its cache, and a network of its own. systemd itself does not run here.
 */
describe.skipIf(missing !== undefined)(`the netboot service${missing ? ` (${missing})` : ''}`, () => {
  let nix: Nix
  let work: string
  let command: string
  let leasing: string
  let service: Service
  let running: ChildProcess | undefined
  beforeAll(async () => {
    nix = await openNix()
    work = await mkdtemp(join(tmpdir(), 'homerack-unit-'))
    const unit = 'nixosConfigurations.zimablade.config.systemd.services.homerack-netboot.serviceConfig'
    service = await nix.evaluate<Service>(unit)
    // Below its root, the store is where the command expects it.
    command = (await nix.build(`${unit}.ExecStart`)).replace(nix.onDisk(''), '/')
    const mode = `{
      mode = "dhcp";
      leases.network = "192.168.10.0/24";
      boards = lib.genAttrs [ "pi-1" "pi-2" "pi-3" ] (name: { address = "192.168.10.5\${lib.removePrefix "pi-" name}"; });
    }`
    const changed = await nix.buildChanged(
      'nixosConfigurations.zimablade',
      `host: (host.extendModules { modules = [ ({ lib, ... }: { services.homerack-netboot = ${mode}; }) ]; }).${unit.slice(unit.indexOf('config'))}.ExecStart`,
    )
    leasing = changed.replace(nix.onDisk(''), '/')
    await mkdir(join(work, 'cache'))
    await chown(join(work, 'cache'), user, user)
    await writeFile(join(work, 'talos.raw'), Buffer.alloc(1 << 20, 'an image '))
  })
  afterAll(async () => {
    stop(running)
    await nix.close()
    await rm(work, { recursive: true, force: true })
  })

  /** Starts it with these capabilities in a network namespace whose loopback has the host's address. */
  function start(capabilities: readonly string[], program = command): ChildProcess {
    const caps = ['-all', ...capabilities.map((name) => name.replace(/^CAP_/, '+').toLowerCase())].join()
    const readOnly = ['/usr', '/bin', '/lib', '/lib64', '/etc', dirname(process.execPath)]
    const sandbox = [
      ...[
        'bwrap',
        '--die-with-parent',
        '--proc',
        '/proc',
        '--dev',
        '/dev',
        '--perms',
        '1777',
        '--tmpfs',
        '/tmp',
      ],
      ...readOnly.flatMap((path) => mount('--ro-bind', path)),
      ...mount('--ro-bind', '/nix', nix.onDisk('/nix')),
      ...mount('--ro-bind', '/var/lib/homerack/talos.raw', join(work, 'talos.raw')),
      ...mount('--bind', '/var/cache/homerack-netboot', join(work, 'cache')),
      ...['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--no-new-privs'],
      ...[`--bounding-set=${caps}`, `--inh-caps=${caps}`, `--ambient-caps=${caps}`, program],
    ]
    const network = 'ip link set lo up && ip address add 192.168.10.2/24 dev lo && exec "$@"'
    return spawn('unshare', ['--net', 'sh', '-c', network, 'sh', ...sandbox], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
  }

  /** Ends a process and those below it, which are a group of their own. */
  function stop(child: ChildProcess | undefined): void {
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL')
  }

  /** Folders above a mount would be root's alone. */
  function mount(kind: string, to: string, from: string = to): string[] {
    const above = to
      .split('/')
      .slice(1, -1)
      .map((_, depth, parts) => `/${parts.slice(0, depth + 1).join('/')}`)
    return [...above.flatMap((folder) => ['--perms', '0755', '--dir', folder]), kind, from, to]
  }

  /** Resolves with what was said once it matches, or when the program ends. */
  function said(child: ChildProcess, pattern: RegExp): Promise<string> {
    return new Promise((resolve) => {
      let text = ''
      const hear = (chunk: Buffer) => {
        text += chunk
        if (pattern.test(text)) resolve(text)
      }
      child.stdout?.on('data', hear)
      child.stderr?.on('data', hear)
      child.on('close', () => resolve(text))
    })
  }

  /** What the kernel says of the program of that name below a process. */
  async function statusOf(name: string, parent: number | undefined): Promise<string> {
    const { stdout } = await nix.run(['ps', '--no-headers', '--ppid', `${parent}`, '--format', 'pid='])
    for (const pid of stdout.trim().split(/\s+/).filter(Boolean)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8')
      if (command.split('\0')[0]?.endsWith(`/${name}`)) return readFile(`/proc/${pid}/status`, 'utf8')
      const below = await statusOf(name, Number(pid))
      if (below) return below
    }
    return ''
  }

  test('it grants one capability, and nothing else', () => {
    expect(service.AmbientCapabilities).toEqual(['CAP_NET_BIND_SERVICE'])
    expect(service.CapabilityBoundingSet).toEqual(service.AmbientCapabilities)
    expect(service.NoNewPrivileges).toBe(true)
  })

  test('with that it serves DHCP, TFTP and HTTP', async () => {
    running = start(service.AmbientCapabilities)
    expect(await said(running, /listening on .*/)).toMatch(/listening on 192\.168\.10\.2: .*tftp 69/)
    const inside = (...command: string[]) =>
      nix.run(['nsenter', `--target=${running?.pid}`, '--net', ...command])

    const config = await inside(
      'curl',
      '--silent',
      '--max-time',
      '20',
      'tftp://192.168.10.2/a1b2c3d4/config.txt',
    )
    expect(config.stdout, config.stderr).toContain('kernel=kernel_2712.img')
    const agent = await inside(
      'curl',
      '--silent',
      '--max-time',
      '20',
      '--head',
      'http://192.168.10.2:8069/agent.mjs',
    )
    expect(agent.stdout).toMatch(/^HTTP\/1\.1 200/)

    const status = await statusOf('node', running.pid)
    // Bit 10 is CAP_NET_BIND_SERVICE.
    for (const set of ['CapEff', 'CapPrm', 'CapBnd', 'CapAmb'])
      expect(status).toContain(`${set}:\t0000000000000400`)
    expect(status).toContain('NoNewPrivs:\t1')
    stop(running)
  })

  test('with that it also leases, after it has listened on port 68 for others that do', async () => {
    running = start(service.AmbientCapabilities, leasing)
    expect(await said(running, /listening on .*|E_\w+/)).toMatch(/listening on 192\.168\.10\.2: .*dhcp 67/)
    stop(running)
  })

  test('without it, it says what it lacks', async () => {
    const child = start([])
    const text = await said(child, /$^/)
    expect(text).toMatch(/E_\w+.*\n?.*(port|permission|privilege)/i)
    expect(text).not.toMatch(/ at .*\.js:\d+/)
  })
})
