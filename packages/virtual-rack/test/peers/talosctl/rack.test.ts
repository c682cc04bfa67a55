import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTalosClient } from '@homerack/talos'
import { ociArchive } from '@homerack/testbed'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { askKubernetes } from '../../fixtures/kubernetes.ts'
import { machineConfig } from '../../fixtures/machine-config.ts'
import { rackSpec } from '../../fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from '../../fixtures/running-rack.ts'
import { until } from '../../fixtures/until.ts'
import { type TalosctlHome, talosctlHome, talosctls } from '../support/talosctl.ts'

/** Commands that tell what they do on standard error. */
const toStderr = ['health', 'reboot', 'reset', 'upgrade', 'shutdown']
const installer = (version: string) => `factory.talos.dev/metal-installer/376567:${version}`

/** The real talosctl against a rack: what it understands is what a person at a keyboard sees. */
describe.each(talosctls)('$title', ({ path }) => {
  let rack: RunningRack
  let home: TalosctlHome
  let at: (address: string) => string
  let talosctl: (...args: string[]) => Promise<string>

  beforeAll(async () => {
    if (!path) return
    rack = await startRunningRack(rackSpec(3))
    home = await talosctlHome(rack)
    at = home.at
    talosctl = async (...args) => {
      const { stdout, stderr } = await home.run(path, ...args)
      return args.some((each) => toStderr.includes(each)) ? stderr : stdout
    }
  })

  afterAll(async () => {
    await rack?.stop()
    await home?.remove()
  })

  const it = test.skipIf(!path)

  /** Runs talosctl until `done` finds what it waits for in what was said so far. */
  const watching = async (
    args: string[],
    done: (said: string) => boolean,
    meanwhile?: () => Promise<unknown>,
  ) => {
    const program = spawn(path ?? '', args, { env: home.environment })
    let said = ''
    program.stdout.on('data', (chunk: Buffer) => {
      said += chunk
    })
    try {
      await until(`the first line of ${args.join(' ')}`, () => said.includes('\n'))
      await meanwhile?.()
      await until(`what ${args.join(' ')} must tell`, () => {
        if (!done(said)) throw new Error(`so far it told: ${said}`)
        return true
      })
    } finally {
      program.kill()
      await once(program, 'exit')
    }
  }
  const yamlOf = async (...args: string[]) => parse(await talosctl('get', ...args, '-o', 'yaml'))
  const bootIdOf = (node: string) => talosctl('-n', node, 'read', '/proc/sys/kernel/random/boot_id')

  it('get --insecure in maintenance mode, where secrets and changes are refused', async () => {
    const { address = '' } = await rack.reaches('pi-1', 'maintenance')
    const insecure = ['--insecure', '-n', at(address)]
    const disk = await until('the disks', () => yamlOf('disks', 'nvme0n1', ...insecure))
    expect(disk.spec).toMatchObject({ size: 8_589_934_592, serial: 'S6XNNS0W100', transport: 'nvme' })
    expect((await yamlOf('machinestatus', ...insecure)).spec.stage).toBe('maintenance')
    await expect(talosctl('reset', ...insecure, '--wait=false')).rejects.toThrow(
      /PermissionDenied|unknown flag/,
    )
  })

  it('apply-config --insecure, bootstrap, health', async () => {
    const endpoint = `https://${at('192.168.10.50')}:6443`
    for (const [index, { name: node }] of rack.spec.boards.entries()) {
      const { address = '' } = await rack.reaches(node, 'maintenance')
      const file = join(home.folder, `${node}.yaml`)
      await writeFile(
        file,
        machineConfig(rack.secrets, { name: node, address: `192.168.10.5${index + 1}`, endpoint }),
      )
      await until(`${node} answers`, () => talosctl('version', '--insecure', '-n', at(address)))
      await talosctl('apply-config', '--insecure', '-n', at(address), '-f', file)
    }
    await until('the bootstrap', () => talosctl('bootstrap'))
    await until('three members', async () => (await talosctl('etcd', 'members')).includes('pi-3'))
    expect(await talosctl('health', '--wait-timeout', '30s')).toContain('all k8s nodes to report ready: OK')
  })

  it.each<[string, string[], RegExp]>([
    ['version', ['version'], /Tag:\s+v1\.13\.9\s[\s\S]*Enabled:\s+RBAC/],
    ['services', ['services'], /etcd\s+Running\s+OK/],
    ['get members', ['get', 'members'], /pi-2\s+controlplane\s+Talos \(v1\.13\.9\)\s+\["192\.168\.10\.52"\]/],
    ['get disks', ['get', 'disks'], /nvme0n1\s.*S6XNNS0W100/],
    ['get hostname by its alias', ['get', 'hostname'], /HostnameStatus\s+hostname\s+\d+\s+pi-1/],
    ['get rd', ['get', 'rd'], /members\.cluster\.talos\.dev/],
    ['etcd members', ['etcd', 'members'], /(pi-[123]\s[\s\S]*){3}/],
    ['etcd status', ['etcd', 'status'], /false\s+3\.6\.12/],
    ['dmesg', ['dmesg'], /service\[etcd\]\(Running\)/],
    ['logs etcd', ['logs', 'etcd'], /Started task etcd/],
    ['memory', ['memory'], /16384/],
    ['config info', ['config', 'info'], /Roles:\s+os:admin/],
    ['kubeconfig', ['kubeconfig', '-'], /server: https:\/\/127\.\d+\.\d+\.50:6443/],
    ['get systemdisk', ['get', 'systemdisk'], /SystemDisk\s+system-disk\s+\d+\s+nvme0n1/],
    ['service etcd', ['service', 'etcd'], /HEALTH\s+OK[\s\S]*Started task etcd/],
    ['get services', ['get', 'services', 'etcd'], /Service\s+etcd\s+\d+\s+true\s+true/],
  ])('%s', async (_, args, expected) => {
    expect(await talosctl(...args)).toMatch(expected)
  })

  it('get disks, members and services -o yaml mean what the rack is made of', async () => {
    const { size, serial, model } = rack.spec.boards[0]!.disk
    expect((await yamlOf('disks', 'nvme0n1')).spec).toMatchObject({ size, serial, model, readonly: false })
    expect((await yamlOf('members', 'pi-2')).spec).toMatchObject({
      addresses: ['192.168.10.52'],
      hostname: 'pi-2',
      machineType: 'controlplane',
    })
    expect((await yamlOf('services', 'etcd')).spec).toEqual({ running: true, healthy: true, unknown: false })
  })

  it('disks only names the commands that took its place', async () => {
    await expect(talosctl('disks')).rejects.toThrow(/deprecated, please use `talosctl get disks`/)
  })

  it('get --watch tells what is there, and then what changes', async () => {
    const third = at('192.168.10.53')
    await watching(
      ['-n', third, 'get', 'machinestatus', '--watch'],
      (said) => /\+\s+runtime.*running\s+true[\s\S]*running\s+false[\s\S]*running\s+true/.test(said),
      async () => {
        await talosctl('-n', third, 'service', 'kubelet', 'stop')
        await talosctl('-n', third, 'service', 'kubelet', 'start')
      },
    )
  })

  it('time, with a clock that is right and one that is not', async () => {
    const skew = async (...args: string[]) => {
      const [, local = '', remote = ''] =
        /(\d{4}-\d\d-\d\d [\d:.]+ \+0000 UTC)\s+(\d{4}-\S+ \S+ \+0000 UTC)/.exec(
          await talosctl('time', ...args),
        ) ?? []
      const seconds = (text: string) => Date.parse(text.replace(' +0000 UTC', 'Z').replace(' ', 'T')) / 1000
      return Math.round(seconds(local) - seconds(remote))
    }
    expect(await skew()).toBe(0)
    await rack.client.faults({ add: ['clock-skew:pi-1'] })
    expect(await skew('--check', 'pool.ntp.org')).toBe(3600)
    await rack.client.faults({ remove: ['clock-skew:pi-1'] })
  })

  it('etcd alarm list and disarm', async () => {
    expect(await talosctl('etcd', 'alarm', 'list')).not.toContain('NOSPACE')
    await rack.client.faults({ add: ['etcd-alarm:pi-1'] })
    expect(await talosctl('etcd', 'alarm', 'list')).toMatch(/[0-9a-f]{16}\s+NOSPACE/)
    await talosctl('etcd', 'alarm', 'disarm')
    expect(await talosctl('etcd', 'alarm', 'list')).not.toContain('NOSPACE')
  })

  it('get machinestatus -o yaml and get machineconfig -o yaml are what they say', async () => {
    const status = parse(await talosctl('get', 'machinestatus', '-o', 'yaml'))
    expect(status.spec).toEqual({ stage: 'running', status: { ready: true, unmetConditions: [] } })
    const config = parse(await talosctl('get', 'machineconfig', '-o', 'yaml'))
    const endpoint = `https://${at('192.168.10.50')}:6443`
    expect(config.spec).toBe(
      machineConfig(rack.secrets, { name: 'pi-1', address: '192.168.10.51', endpoint }),
    )
  })

  it('events: what happened in this boot', async () => {
    await watching(['events', '--tail', '-1'], (said) =>
      /etcd\s+RUNNING[\s\S]*RUNNING\s+ready: true/.test(said),
    )
  })

  it('many nodes at once, through one endpoint', async () => {
    const nodes = [at('192.168.10.51'), at('192.168.10.53')]
    const said = await talosctl('-n', nodes.join(), 'get', 'nodename')
    for (const [index, node] of nodes.entries())
      expect(said).toMatch(new RegExp(`${node}.*pi-${2 * index + 1}`))
    expect(await talosctl('-n', nodes.join(), 'version')).toContain(`NODE:        ${nodes[1]}`)
  })

  it('image pull and list', async () => {
    await talosctl('image', 'pull', 'docker.io/library/busybox:1.37')
    expect(await talosctl('image', 'list')).toContain('busybox:1.37')
  })

  it('image list shows what our client imported, by the digest of its manifest; no image import of its own', async () => {
    const { archive, digest } = ociArchive('ghcr.io/me/shop:1', Buffer.alloc(5000, 7))
    const { os, admin } = rack.secrets
    const credentials = { ca: os.crt, crt: admin.crt, key: { reveal: () => admin.key } }
    const client = createTalosClient({ address: '192.168.10.51', resolve: at, credentials })
    expect(
      await client.imageImport(
        (async function* () {
          yield archive
        })(),
      ),
    ).toBe('ghcr.io/me/shop:1')
    client.close()
    const escaped = digest.replace('.', '\\.')
    expect(await talosctl('image', 'list')).toMatch(
      new RegExp(`ghcr\\.io/me/shop:1\\s+${escaped}\\s+5\\.\\d kB`),
    )
    expect(await talosctl('image', '--help')).not.toMatch(/^\s+import\s/m)
  })

  it('etcd snapshot is a sound database with its checksum', async () => {
    const file = join(home.folder, 'snapshot')
    expect(await talosctl('etcd', 'snapshot', file)).toMatch(
      /snapshot info: hash [0-9a-f]{8}, revision 0, total keys 0/,
    )
    expect((await readFile(file)).length % 512).toBe(32)
  })

  it('reboot waits until the node is back in another boot', async () => {
    const third = at('192.168.10.53')
    const before = await bootIdOf(third)
    expect(await talosctl('reboot', '-n', third)).toContain('post check passed')
    expect(await bootIdOf(third)).not.toBe(before)
  })

  const versionOf = async (node: string) =>
    /Server:[\s\S]*Tag:\s+(\S+)/.exec(await talosctl('-n', node, 'version'))?.[1]
  const nodeOf = async (name: string) => {
    const text = await talosctl('kubeconfig', '-')
    const { users } = parse(text)
    const user = users[0].user
    const decoded = (base64: string) => Buffer.from(base64, 'base64').toString()
    return askKubernetes({
      server: '',
      ca: rack.secrets.kubernetes.crt,
      cert: decoded(user['client-certificate-data']),
      key: decoded(user['client-key-data']),
      host: at('192.168.10.51'),
      method: 'GET',
      path: `/api/v1/nodes/${name}`,
    }) as Promise<{ spec: { unschedulable?: boolean }; status: { nodeInfo: { osImage: string } } }>
  }

  it('upgrade pulls, installs, drains, reboots and uncordons (LifecycleService)', async () => {
    const third = at('192.168.10.53')
    await talosctl('upgrade', '-n', third, '--image', installer('v1.13.10'))
    expect(await versionOf(third)).toBe('v1.13.10')
    const { spec, status } = await nodeOf('pi-3')
    expect(spec.unschedulable ?? false).toBe(false)
    expect(status.nodeInfo.osImage).toBe('Talos (v1.13.10)')
  })

  it('upgrade to a version that the installer refuses says so, and changes nothing', async () => {
    const third = at('192.168.10.53')
    await expect(talosctl('upgrade', '-n', third, '--image', installer('v1.19.0'))).rejects.toThrow(
      /exit code 1/,
    )
    expect(await versionOf(third)).toBe('v1.13.10')
  })

  it('upgrade --legacy (MachineService)', async () => {
    const third = at('192.168.10.53')
    await talosctl('upgrade', '-n', third, '--legacy', '--drain=false', '--image', installer('v1.14.1'))
    expect(await versionOf(third)).toBe('v1.14.1')
  })

  it('rollback brings the version before', async () => {
    const third = at('192.168.10.53')
    await talosctl('-n', third, 'rollback')
    await until('the version before', async () => (await versionOf(third)) === 'v1.13.10')
    await rack.reaches('pi-3', 'running')
  })

  it('reset of EPHEMERAL waits until the node is back in another boot, with its config', async () => {
    const third = at('192.168.10.53')
    await until('three members', async () => (await talosctl('etcd', 'members')).includes('pi-3'))
    const before = await bootIdOf(third)
    const wipe = ['--system-labels-to-wipe', 'EPHEMERAL']
    expect(await talosctl('-n', third, 'reset', '--reboot', '--timeout=60s', ...wipe)).toContain(
      'post check passed',
    )
    expect(await bootIdOf(third)).not.toBe(before)
    await until('pi-3 as a new member', async () => /pi-3.*false/.test(await talosctl('etcd', 'members')))
  })

  it('reset to maintenance', async () => {
    const wipe = ['--system-labels-to-wipe', 'STATE', '--system-labels-to-wipe', 'EPHEMERAL']
    // At the address of its config the node does not come back, so that there is nothing to wait for.
    await talosctl('-n', at('192.168.10.53'), 'reset', '--reboot', '--wait=false', ...wipe)
    await rack.reaches('pi-3', 'maintenance')
    await until('two members', async () => !(await talosctl('etcd', 'members')).includes('pi-3'))
  })

  it('reset without a reboot waits until the node is off', async () => {
    await rack.configure({
      name: 'pi-3',
      address: '192.168.10.53',
      endpoint: `https://${at('192.168.10.50')}:6443`,
    })
    await until('three members', async () => (await talosctl('etcd', 'members')).includes('pi-3'))
    await talosctl('-n', at('192.168.10.53'), 'reset', '--graceful=true', '--timeout=60s')
    await rack.reaches('pi-3', 'off')
    await until('two members', async () => !(await talosctl('etcd', 'members')).includes('pi-3'))
  })

  it('shutdown waits until the node is off', async () => {
    await talosctl('-n', at('192.168.10.52'), 'shutdown', '--force', '--timeout=60s')
    await rack.reaches('pi-2', 'off')
  })
})
