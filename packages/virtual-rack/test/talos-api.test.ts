import { X509Certificate } from 'node:crypto'
import { connect } from 'node:tls'
import { Code, ConnectError } from '@connectrpc/connect'
import { dockerArchive, inPieces } from '@homerack/testbed'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { resolveThrough } from '../src/index.ts'
import { clientCertificate } from './fixtures/cluster-secrets.ts'
import { machineConfig } from './fixtures/machine-config.ts'
import { rackSpec } from './fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from './fixtures/running-rack.ts'
import { type TalosApi, talosApi } from './fixtures/talos-api.ts'
import { until } from './fixtures/until.ts'

let rack: RunningRack

beforeAll(async () => {
  rack = await startRunningRack(rackSpec(4))
})

afterAll(() => rack?.stop())

const config = (name: string, address: string, type: 'controlplane' | 'worker' = 'controlplane') =>
  Buffer.from(machineConfig(rack.secrets, { name, address, type }))

async function refusal(call: Promise<unknown>): Promise<[Code, string]> {
  const error = ConnectError.from(
    await call.then(
      () => 'no refusal',
      (reason: unknown) => reason,
    ),
  )
  return [error.code, error.rawMessage]
}

async function first<T>(stream: AsyncIterable<T>): Promise<T> {
  for await (const each of stream) return each
  throw new Error('an empty stream')
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const each of stream) list.push(each)
  return list
}

describe('in maintenance mode', () => {
  let api: TalosApi
  beforeAll(async () => {
    api = await rack.maintenance('pi-4')
  })

  test('the certificate is nobody’s, in the name of the maintenance service', async () => {
    const { address = '' } = await rack.board('pi-4')
    const host = resolveThrough(await rack.client.status())(address)
    const socket = connect({ host, port: 50_000, rejectUnauthorized: false, ALPNProtocols: ['h2'] })
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    const certificate = new X509Certificate(socket.getPeerCertificate().raw)
    expect(socket.alpnProtocol).toBe('h2')
    expect(certificate.subject).toContain('CN=maintenance-service.talos.dev')
    expect(certificate.checkIP(address)).toBe(address)
    socket.destroy()
  })

  test('anyone may look', async () => {
    const [version] = (await api.machine.version({})).messages
    expect(version!.version!.tag).toBe('v1.13.9')
    const [disks] = (await api.storage.disks({})).messages
    expect(disks!.disks).toMatchObject([
      { serial: 'S6XNNS0W103', size: BigInt(8 * 2 ** 30), systemDisk: true },
    ])
    const status = await api.state.get({
      namespace: 'runtime',
      type: 'MachineStatuses.runtime.talos.dev',
      id: 'machine',
    })
    expect(parse(status.resource!.spec!.yamlSpec)).toEqual({
      stage: 'maintenance',
      status: { ready: true, unmetConditions: [] },
    })
    const links = await all(api.state.list({ namespace: 'network', type: 'LinkStatuses.net.talos.dev' }))
    expect(links.map(({ resource }) => parse(resource!.spec!.yamlSpec).hardwareAddr)).toContain(
      '2c:cf:67:00:00:03',
    )
    expect((await first(api.machine.dmesg({}))).bytes.length).toBeGreaterThan(10)
  })

  test.each<[string, (api: TalosApi) => Promise<unknown>]>([
    ['Bootstrap', ({ machine }) => machine.bootstrap({})],
    ['Reboot', ({ machine }) => machine.reboot({ mode: 0 })],
    ['Reset', ({ machine }) => machine.reset({ graceful: false, reboot: true })],
    ['Kubeconfig', ({ machine }) => first(machine.kubeconfig({}))],
    ['MetaWrite', ({ machine }) => machine.metaWrite({ key: 10, value: new Uint8Array(1) })],
    ['ImageService.Pull', ({ image }) => first(image.pull({ imageRef: 'x' }))],
    ['LifecycleService.Upgrade', ({ lifecycle }) => first(lifecycle.upgrade({}))],
    [
      'a sensitive resource',
      ({ state }) =>
        state.get({ namespace: 'config', type: 'MachineConfigs.config.talos.dev', id: 'v1alpha1' }),
    ],
  ])('%s is denied', async (_, call) => {
    expect(await refusal(call(api))).toEqual([Code.PermissionDenied, 'not authorized'])
  })

  test.each<[string, string, RegExp]>([
    ['no YAML', 'a: [', /failed to parse config/],
    ['no config at all', 'kind: HostnameConfig\napiVersion: v1alpha1\n', /no v1alpha1 document/],
    [
      'an unknown document',
      'version: v1alpha1\n---\napiVersion: v1alpha1\nkind: HostNameConfig\n',
      /"HostNameConfig" "v1alpha1": not registered/,
    ],
    ['an unknown key', 'version: v1alpha1\nmachines: {}\n', /unknown keys found during decoding: machines/],
    [
      'missing secrets',
      'version: v1alpha1\nmachine: { type: controlplane }\ncluster: {}\n',
      /machine token is required[\s\S]*etcd CA/,
    ],
  ])('a config with %s is refused', async (_, text, message) => {
    const [code, said] = await refusal(api.machine.applyConfiguration({ data: Buffer.from(text), mode: 1 }))
    expect(code).toBe(Code.InvalidArgument)
    expect(said).toMatch(message)
  })

  test('a dry run changes nothing', async () => {
    const answer = await api.machine.applyConfiguration({
      data: config('pi-4', '192.168.10.54'),
      mode: 1,
      dryRun: true,
    })
    expect(answer.messages[0]!.modeDetails).toContain('~ HostnameConfig')
    expect(answer.messages[0]!.modeDetails).not.toContain('PRIVATE')
    expect((await rack.board('pi-4')).phase).toBe('maintenance')
  })
})

describe('with a config', () => {
  beforeAll(async () => {
    for (const [name, address] of [
      ['pi-1', '192.168.10.51'],
      ['pi-2', '192.168.10.52'],
    ] as const) {
      await rack.configure({ name, address })
    }
    await rack.configure({ name: 'pi-3', address: '192.168.10.53', type: 'worker' })
    await until('the bootstrap', () => rack.admin('192.168.10.51').machine.bootstrap({}))
    for (const name of ['pi-1', 'pi-2', 'pi-3']) await rack.reaches(name, 'running')
    await until('readiness', async () => (await rack.board('pi-3')).detail.endsWith('running'))
  })

  const cp = (headers?: Record<string, string>) => rack.admin('192.168.10.51', headers)

  test('a client without a certificate, or with one of another CA, does not get in', async () => {
    const address = resolveThrough(await rack.client.status())('192.168.10.51')
    const stranger = await clientCertificate(rack.secrets.etcd, ['os:admin'])
    for (const credentials of [undefined, { ca: rack.secrets.os.crt, client: stranger }]) {
      const api = talosApi(address, credentials)
      await expect(api.machine.version({})).rejects.toThrow(ConnectError)
      api.close()
    }
  })

  test('roles are the certificate’s organizations', async () => {
    const address = resolveThrough(await rack.client.status())('192.168.10.51')
    const client = await clientCertificate(rack.secrets.os, ['os:reader'])
    const api = talosApi(address, { ca: rack.secrets.os.crt, client })
    expect((await api.machine.hostname({})).messages[0]!.hostname).toBe('pi-1')
    const denied = [Code.PermissionDenied, 'not authorized']
    expect(await refusal(api.machine.reboot({ mode: 0 }))).toEqual(denied)
    expect(
      await refusal(api.machine.applyConfiguration({ data: config('pi-1', '192.168.10.51'), mode: 1 })),
    ).toEqual(denied)
    api.close()
  })

  test('the server’s certificate holds for its own address, the shared one, and the loopback', async () => {
    const host = resolveThrough(await rack.client.status())('192.168.10.51')
    const socket = connect({ host, port: 50_000, rejectUnauthorized: false, ALPNProtocols: ['h2'] })
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    const certificate = new X509Certificate(socket.getPeerCertificate().raw)
    for (const address of ['192.168.10.51', '192.168.10.50', host])
      expect(certificate.checkIP(address)).toBe(address)
    expect(certificate.checkHost('pi-1')).toBe('pi-1')
    expect(certificate.verify(new X509Certificate(rack.secrets.os.crt).publicKey)).toBe(true)
    socket.destroy()
  })

  test('control planes forward to one node, or to many at once; workers do not', async () => {
    const one = await cp({ node: '192.168.10.53' }).machine.hostname({})
    expect(one.messages).toMatchObject([{ hostname: 'pi-3' }])
    const many = await cp({ nodes: '192.168.10.51,192.168.10.52' }).machine.hostname({})
    expect(many.messages).toMatchObject([
      { hostname: 'pi-1', metadata: { hostname: '192.168.10.51' } },
      { hostname: 'pi-2', metadata: { hostname: '192.168.10.52' } },
    ])
    const some = await cp({ nodes: '192.168.10.52,192.168.10.99' }).machine.hostname({})
    expect(some.messages).toMatchObject([
      { hostname: 'pi-2' },
      { hostname: '', metadata: { hostname: '192.168.10.99', status: { code: Code.Unavailable } } },
    ])
    expect((await refusal(cp({ node: '192.168.10.99' }).machine.hostname({})))[0]).toBe(Code.Unavailable)
    const list = cp({ nodes: '192.168.10.51,192.168.10.52' }).state.list({
      namespace: 'runtime',
      type: 'Disks.block.talos.dev',
    })
    expect(await refusal(first(list))).toEqual([
      Code.InvalidArgument,
      'one-2-many proxying is not supported for method /cosi.resource.State/List',
    ])
    const worker = (node: string) => rack.admin('192.168.10.53', { node }).machine.hostname({})
    expect(await refusal(worker('192.168.10.51'))).toEqual([Code.PermissionDenied, 'no request forwarding'])
    expect((await worker('192.168.10.53')).messages).toMatchObject([{ hostname: 'pi-3' }])
  })

  test('bootstrapping a worker is refused', async () => {
    expect((await refusal(rack.admin('192.168.10.53').machine.bootstrap({})))[0]).toBe(Code.Unimplemented)
  })

  test('resources: members, volumes, services, and the config for administrators', async () => {
    const specs = async (namespace: string, type: string) =>
      (await all(cp().state.list({ namespace, type }))).map(({ resource }) => parse(resource!.spec!.yamlSpec))
    const members = await specs('cluster', 'Members.cluster.talos.dev')
    expect(members.map(({ hostname, machineType }) => `${hostname} ${machineType}`)).toEqual([
      'pi-1 controlplane',
      'pi-2 controlplane',
      'pi-3 worker',
    ])
    const volumes = await all(
      cp().state.list({ namespace: 'runtime', type: 'VolumeStatuses.block.talos.dev' }),
    )
    expect(volumes.map(({ resource }) => resource!.metadata!.id)).toEqual([
      'EPHEMERAL',
      'META',
      'STATE',
      'u-longhorn',
    ])
    const ephemeral = volumes.find(({ resource }) => resource!.metadata!.id === 'EPHEMERAL')
    expect(parse(ephemeral!.resource!.spec!.yamlSpec)).toMatchObject({ phase: 'ready', size: 5 * 2 ** 30 })
    expect(await specs('runtime', 'Services.v1alpha1.talos.dev')).toContainEqual({
      running: true,
      healthy: true,
      unknown: false,
    })
    const id = { namespace: 'config', type: 'MachineConfigs.config.talos.dev', id: 'v1alpha1' }
    const stored = (await cp().state.get(id)).resource!.spec!.yamlSpec
    expect(parseAllDocuments(parse(stored))[0]!.toJS().machine.type).toBe('controlplane')
    expect((await refusal(cp().state.get({ ...id, id: 'other' })))[0]).toBe(Code.NotFound)
  })

  test('a watch tells what is there, then what changes', async () => {
    const stop = new AbortController()
    const request = {
      namespace: 'network',
      type: 'HostnameStatuses.net.talos.dev',
      options: { bootstrapContents: true },
      apiVersion: 1,
    }
    const seen: string[] = []
    const watching = (async () => {
      for await (const { event } of rack
        .admin('192.168.10.52')
        .state.watch(request, { signal: stop.signal })) {
        for (const { resource, eventType } of event)
          seen.push(`${eventType} ${parse(resource!.spec?.yamlSpec || '{}')?.hostname ?? ''}`)
      }
    })().catch(() => {})
    await until('the bootstrap event', () => seen.includes('3 '))
    const data = Buffer.from(machineConfig(rack.secrets, { name: 'renamed', address: '192.168.10.52' }))
    await rack
      .admin('192.168.10.52')
      .machine.applyConfiguration({ data, mode: 4, tryModeTimeout: { seconds: 1n, nanos: 0 } })
    await until('the update', () => seen.includes('1 renamed'))
    expect(seen.slice(0, 3)).toEqual(['0 pi-2', '3 ', '1 renamed'])
    stop.abort()
    await watching
    await until(
      'the revert',
      async () => (await rack.admin('192.168.10.52').machine.hostname({})).messages[0]!.hostname === 'pi-2',
    )
  })

  test('a staged config takes effect at the next boot', async () => {
    const data = config('pi-9', '192.168.10.53', 'worker')
    const worker = rack.admin('192.168.10.53')
    const answer = await worker.machine.applyConfiguration({ data, mode: 3 })
    expect(answer.messages[0]!.modeDetails).toBe('Staged configuration to be applied after the next reboot')
    expect((await worker.machine.hostname({})).messages[0]!.hostname).toBe('pi-3')
    await worker.machine.reboot({ mode: 0 })
    await until(
      'the new name',
      async () => (await rack.admin('192.168.10.53').machine.hostname({})).messages[0]!.hostname === 'pi-9',
    )
    expect((await refusal(worker.machine.applyConfiguration({ data, mode: 0 })))[0]).toBe(Code.Unimplemented)
  })

  test('an upgrade changes the version after the reboot, a rollback changes it back', async () => {
    const worker = rack.admin('192.168.10.53')
    const imageRef = 'factory.talos.dev/metal-installer/3765:v1.14.1'
    const notPulled = await all(worker.lifecycle.upgrade({ source: { imageName: imageRef } }))
    expect(notPulled.at(-1)!.progress!.response).toEqual({ case: 'exitCode', value: 1 })
    await all(worker.image.pull({ imageRef }))
    const progress = await all(worker.lifecycle.upgrade({ source: { imageName: imageRef } }))
    expect(progress.at(-1)!.progress!.response).toEqual({ case: 'exitCode', value: 0 })
    const version = async () =>
      (await rack.admin('192.168.10.53').machine.version({})).messages[0]!.version!.tag
    expect(await version()).toBe('v1.13.9')
    await worker.machine.reboot({ mode: 0 })
    await until('the new version', async () => (await version()) === 'v1.14.1')
    await rack.admin('192.168.10.53').machine.rollback({})
    await until('the old version', async () => (await version()) === 'v1.13.9')
  })

  test('images are imported in pieces and kept over a reboot', async () => {
    const worker = rack.admin('192.168.10.53')
    const archive = dockerArchive('retail:7c2f', 100_000)
    const { name } = await worker.image.import(inPieces(archive))
    expect(name).toBe('docker.io/library/retail:7c2f')
    const images = async () =>
      (await all(rack.admin('192.168.10.53').image.list({ containerd: { namespace: 2 } }))).map(
        (each) => each.name,
      )
    expect(await images()).toContain('docker.io/library/retail:7c2f')
    await worker.machine.reboot({ mode: 0 })
    await until('the image after the boot', async () =>
      (await images()).includes('docker.io/library/retail:7c2f'),
    )
    await rack
      .admin('192.168.10.53')
      .image.remove({ containerd: { namespace: 2 }, imageRef: 'docker.io/library/retail:7c2f' })
    expect(await images()).not.toContain('docker.io/library/retail:7c2f')
    expect((await refusal(worker.image.import(inPieces(Buffer.alloc(1024)))))[0]).toBe(Code.Internal)
  })

  test('a reset of STATE and EPHEMERAL leads back to maintenance', async () => {
    const systemPartitionsToWipe = ['STATE', 'EPHEMERAL'].map((label) => ({ label, wipe: true }))
    await cp().machine.reset({ graceful: false, reboot: true, systemPartitionsToWipe })
    await rack.reaches('pi-1', 'maintenance')
    await rack.configure({ name: 'pi-1', address: '192.168.10.51' })
    const stuck = await until('etcd that cannot join', async () => {
      const found = await rack.board('pi-1')
      return found.detail.includes('etcd not running') && found
    })
    expect(stuck.phase).toBe('booting')
  })
})
