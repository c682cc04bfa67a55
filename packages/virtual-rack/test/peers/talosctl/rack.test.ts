import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPeer } from '@homerack/testbed'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { resolveThrough } from '../../../src/index.ts'
import { machineConfig } from '../../fixtures/machine-config.ts'
import { rackSpec } from '../../fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from '../../fixtures/running-rack.ts'
import { until } from '../../fixtures/until.ts'

const execute = promisify(execFile)

/** The real talosctl against a rack: what it understands is what a person at a keyboard sees. */
describe.each(['talosctl-1.13', 'talosctl-1.14'] as const)('%s', (name) => {
  const peer = findPeer(name)
  const missing = 'missing' in peer
  let rack: RunningRack
  let home: string
  let at: (address: string) => string
  const environment = () => ({ HOME: home, TALOSCONFIG: join(home, 'talosconfig') })
  let talosctl: (...args: string[]) => Promise<string>

  beforeAll(async () => {
    if (missing) return
    rack = await startRunningRack(rackSpec(3))
    home = await mkdtemp(join(tmpdir(), 'talosctl-'))
    at = resolveThrough(await rack.client.status())
    const { os, admin } = rack.secrets
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const key = base64(admin.key.replaceAll('PRIVATE KEY', 'ED25519 PRIVATE KEY'))
    const endpoints = [at('192.168.10.51')]
    const closet = { endpoints, nodes: endpoints, ca: base64(os.crt), crt: base64(admin.crt), key }
    await writeFile(join(home, 'talosconfig'), stringify({ context: 'closet', contexts: { closet } }))
    talosctl = async (...args) => {
      const { stdout, stderr } = await execute(peer.path, args, { env: environment(), timeout: 50_000 })
      return args[0] === 'health' ? stderr : stdout
    }
  })

  afterAll(async () => {
    await rack?.stop()
    if (home) await rm(home, { recursive: true, force: true })
  })

  const it = test.skipIf(missing)

  it(`apply-config --insecure, bootstrap, health${missing ? ` (${peer.missing})` : ''}`, async () => {
    for (const [index, { name: node }] of rack.spec.boards.entries()) {
      const { address = '' } = await rack.reaches(node, 'maintenance')
      const file = join(home, `${node}.yaml`)
      await writeFile(file, machineConfig(rack.secrets, { name: node, address: `192.168.10.5${index + 1}` }))
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
    ['etcd alarm list', ['etcd', 'alarm', 'list'], /^(?!.*NOSPACE)/],
    ['dmesg', ['dmesg'], /service\[etcd\]\(Running\)/],
    ['logs etcd', ['logs', 'etcd'], /Started task etcd/],
    ['memory', ['memory'], /16384/],
    ['config info', ['config', 'info'], /Roles:\s+os:admin/],
    ['kubeconfig', ['kubeconfig', '-'], /server: https:\/\/192\.168\.10\.50:6443/],
  ])('%s', async (_, args, expected) => {
    expect(await talosctl(...args)).toMatch(expected)
  })

  it('get machinestatus -o yaml and get machineconfig -o yaml are what they say', async () => {
    const status = parse(await talosctl('get', 'machinestatus', '-o', 'yaml'))
    expect(status.spec).toEqual({ stage: 'running', status: { ready: true, unmetConditions: [] } })
    const config = parse(await talosctl('get', 'machineconfig', '-o', 'yaml'))
    expect(config.spec).toBe(machineConfig(rack.secrets, { name: 'pi-1', address: '192.168.10.51' }))
  })

  it('events: what happened in this boot', async () => {
    const program = spawn(missing ? '' : peer.path, ['events', '--tail', '-1'], { env: environment() })
    let said = ''
    program.stdout.on('data', (chunk: Buffer) => {
      said += chunk
    })
    await until('the last event', () => /etcd\s+RUNNING[\s\S]*RUNNING\s+ready: true/.test(said))
    program.kill()
    await once(program, 'exit')
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

  it('etcd snapshot carries its checksum', async () => {
    const file = join(home, 'snapshot')
    await talosctl('etcd', 'snapshot', file).catch((error: Error) => {
      // The content is the rack's own: talosctl checks the hash, saves, and then cannot read it as a database.
      expect(error.message).toContain('invalid database')
    })
    expect((await readFile(file)).length % 512).toBe(32)
  })

  it('reboot, and reset to maintenance', async () => {
    const third = at('192.168.10.53')
    await talosctl('-n', third, 'reboot', '--wait=false')
    await rack.reaches('pi-3', 'running')
    await until('the node after its boot', () => talosctl('-n', third, 'version'))
    const wipe = ['--system-labels-to-wipe', 'STATE', '--system-labels-to-wipe', 'EPHEMERAL']
    await talosctl('-n', third, 'reset', '--graceful=true', '--reboot', '--wait=false', ...wipe)
    await rack.reaches('pi-3', 'maintenance')
    await until('two members', async () => !(await talosctl('etcd', 'members')).includes('pi-3'))
  })
})
