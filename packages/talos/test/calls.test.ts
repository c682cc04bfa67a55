import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { create } from '@bufbuild/protobuf'
import { anyPack } from '@bufbuild/protobuf/wkt'
import { Code } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { event as events } from '../src/protocol.ts'
import { refuse } from './support/fake-node.ts'
import { codesOf, talk } from './support/talk.ts'

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const each of stream) all.push(each)
  return all
}

const bytes = (text: string) => new TextEncoder().encode(text)

/** As Talos makes it: no padding, no end. */
function archiveOf(name: string, content: string): Uint8Array {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write(content.length.toString(8).padStart(11, '0'), 124)
  return gzipSync(Buffer.concat([header, Buffer.from(content)]))
}

test('the machine config, mode and dry run arrive as they were given', async () => {
  const seen: unknown[] = []
  const client = await talk({
    machine: {
      applyConfiguration: ({ data, mode, dryRun, tryModeTimeout }) => {
        seen.push([new TextDecoder().decode(data), mode, dryRun, tryModeTimeout?.seconds])
        return { messages: [{ warnings: ['careful'], mode, modeDetails: 'Applied' }] }
      },
    },
  })
  const answer = await client.applyConfiguration({ config: 'a: ü', mode: 'auto', dryRun: true })
  expect(answer).toEqual({ warnings: ['careful'], mode: 'auto', details: 'Applied' })
  await client.applyConfiguration({ config: bytes('b'), mode: 'try', tryTimeoutMs: 90_000 })
  expect(seen).toEqual([
    ['a: ü', 1, true, undefined],
    ['b', 4, false, 90n],
  ])
})

test('a kubeconfig comes out of an archive that was never closed, and does not print', async () => {
  const text = 'apiVersion: v1\nkind: Config\n'
  const archive = archiveOf('kubeconfig', text)
  const client = await talk({
    machine: {
      kubeconfig: async function* () {
        yield { bytes: archive.subarray(0, 20) }
        yield { bytes: archive.subarray(20) }
      },
    },
  })
  const kubeconfig = await client.kubeconfig()
  expect(kubeconfig.reveal()).toBe(text)
  expect([`${kubeconfig}`, JSON.stringify(kubeconfig), inspect({ kubeconfig })].join()).not.toContain(
    'Config',
  )
})

test.for([
  ['no gzip', bytes('nonsense')],
  ['cut short', archiveOf('kubeconfig', 'x'.repeat(5000)).subarray(0, 60)],
  ['another file', archiveOf('passwd', 'x')],
  ['nothing', new Uint8Array()],
] as const)('a kubeconfig archive with %s is a fault', async ([, archive]) => {
  const client = await talk({
    machine: {
      kubeconfig: async function* () {
        yield { bytes: archive }
      },
    },
  })
  expect(codesOf(await client.kubeconfig().catch((error) => error))).toEqual(['E_TALOS_PROTOCOL'])
})

test('an empty answer is a fault, not a crash', async () => {
  const client = await talk({
    machine: { version: () => ({ messages: [] }), etcdStatus: () => ({ messages: [{}] }) },
  })
  expect(codesOf(await client.version().catch((error) => error))).toEqual(['E_TALOS_PROTOCOL'])
  expect(codesOf(await client.etcdStatus().catch((error) => error))).toEqual(['E_TALOS_PROTOCOL'])
})

test('etcd members, status and alarms in plain types', async () => {
  const id = 0xfedc_ba98_7654_3210n
  let removed: bigint | undefined
  const client = await talk({
    machine: {
      etcdMemberList: () => ({
        messages: [{ members: [{ id, hostname: 'pi-1', peerUrls: ['https://192.168.10.51:2380'] }] }],
      }),
      etcdStatus: () => ({
        messages: [{ memberStatus: { memberId: id, leader: 0n, dbSize: 5n, raftTerm: 2n } }],
      }),
      etcdAlarmList: () => ({ messages: [{ memberAlarms: [{ memberId: 1n, alarm: 1 }] }] }),
      etcdRemoveMemberByID: ({ memberId }) => {
        removed = memberId
        return { messages: [{}] }
      },
    },
  })
  const [member] = await client.etcdMembers()
  expect(member).toMatchObject({ id: 'fedcba9876543210', hostname: 'pi-1', isLearner: false })
  expect(await client.etcdStatus()).toMatchObject({ leader: undefined, dbSize: 5, raftTerm: 2 })
  expect(await client.etcdAlarms()).toEqual([{ memberId: '0000000000000001', alarm: 'nospace' }])
  await client.etcdRemoveMember(member!.id)
  expect(removed).toBe(id)
})

test('logs are whole lines however they were cut', async () => {
  const text = bytes('eins\nzwölf\n\nlast')
  const client = await talk({
    machine: {
      logs: async function* () {
        for (const byte of text) yield { bytes: Uint8Array.of(byte) }
      },
    },
  })
  expect(await collect(client.logs({ id: 'kubelet' }))).toEqual(['eins', 'zwölf', '', 'last'])
})

test('events of every kind, and of kinds from the future', async () => {
  const client = await talk({
    machine: {
      events: async function* () {
        const phase = create(events.PhaseEventSchema, { phase: 'install', action: 1 })
        yield {
          id: 'a',
          actorId: 'me',
          data: { ...anyPack(events.PhaseEventSchema, phase), typeUrl: 'talos/runtime/machine.PhaseEvent' },
        }
        const stage = create(events.MachineStatusEventSchema, {
          stage: 3,
          status: { ready: false, unmetConditions: [{ name: 'time', reason: 'no' }] },
        })
        yield { id: 'b', data: anyPack(events.MachineStatusEventSchema, stage) }
        yield { id: 'c', data: { typeUrl: 'talos/runtime/machine.NewEvent', value: Uint8Array.of(1) } }
      },
    },
  })
  expect(await collect(client.events({ tail: 3 }))).toEqual([
    { id: 'a', actorId: 'me', kind: 'phase', phase: 'install', action: 'stop' },
    {
      id: 'b',
      actorId: '',
      kind: 'machine',
      stage: 'maintenance',
      ready: false,
      unmet: [{ name: 'time', reason: 'no' }],
    },
    { id: 'c', actorId: '', kind: 'other', type: 'machine.NewEvent' },
  ])
})

test.for([
  ['0', { case: 'exitCode', value: 0 }, undefined],
  ['1', { case: 'exitCode', value: 1 }, /E_TALOS_INSTALLER.*exit code 1: copying/],
  ['none', undefined, /E_TALOS_INSTALLER.*without an exit code/],
] as const)('an installer that ends with exit code %s', async ([, end, fault]) => {
  const client = await talk({
    lifecycle: {
      upgrade: async function* () {
        yield { progress: { response: { case: 'message', value: 'copying' } } }
        if (end) yield { progress: { response: end } }
      },
    },
  })
  const upgrade = collect(client.lifecycleUpgrade({ image: 'installer' }))
  if (fault) await expect(upgrade).rejects.toThrow(fault)
  else expect(await upgrade).toEqual(['copying'])
})

test('a message beyond 32 MiB is refused in both directions', async () => {
  const large = new Uint8Array(33 * 1024 * 1024)
  const client = await talk({
    machine: {
      etcdSnapshot: async function* () {
        yield { bytes: large }
      },
    },
  })
  expect(codesOf(await collect(client.etcdSnapshot()).catch((error) => error))).toEqual(['E_TALOS_TOO_LARGE'])
  const applied = client.applyConfiguration({ config: large, mode: 'auto' })
  expect(codesOf(await applied.catch((error) => error))).toEqual(['E_TALOS_TOO_LARGE'])
})

test('a deadline that passes and a signal that aborts', async () => {
  const never = () => new Promise<never>(() => {})
  const client = await talk({ machine: { version: never, reboot: never } })
  expect(codesOf(await client.version({ timeoutMs: 50 }).catch((error) => error))).toEqual([
    'E_TALOS_DEADLINE',
  ])
  const controller = new AbortController()
  const reboot = client.reboot('default', { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(reboot).rejects.toThrow('enough')
})

test('leaving a stream ends it at the node; closing the client ends it here', async () => {
  const ended = Promise.withResolvers<void>()
  const client = await talk({
    machine: {
      dmesg: async function* (_, { signal }) {
        signal.addEventListener('abort', () => ended.resolve())
        for (;;) {
          yield { bytes: bytes('kern: info: hello\n') }
          await new Promise((tick) => setImmediate(tick))
        }
      },
    },
  })
  for await (const line of client.dmesg({ follow: true })) {
    expect(line).toBe('kern: info: hello')
    break
  }
  await ended.promise
  const failure = collect(client.dmesg({ follow: true })).catch((error) => error)
  await client.dmesg({ follow: true }).next()
  client.close()
  expect(codesOf(await failure)).toEqual(['E_TALOS_CLOSED'])
})

test('a stream that breaks off is a fault after what arrived', async () => {
  const got: number[] = []
  const client = await talk({
    machine: {
      etcdSnapshot: async function* () {
        yield { bytes: bytes('abc') }
        await new Promise((tick) => setTimeout(tick, 20))
        for (const socket of client.node.sockets) socket.destroy()
        await new Promise(() => {})
      },
    },
  })
  const copy = async () => {
    for await (const piece of client.etcdSnapshot()) got.push(piece.length)
  }
  expect(codesOf(await copy().catch((error) => error))).toEqual(['E_TALOS_UNREACHABLE'])
  expect(got).toEqual([3])
})

test('the health check fails as the node says', async () => {
  const client = await talk({
    cluster: {
      healthCheck: async function* ({ waitTimeout, clusterInfo }) {
        yield { message: `${waitTimeout?.seconds} ${clusterInfo?.controlPlaneNodes}` }
        refuse(Code.DeadlineExceeded, 'etcd is not healthy')
      },
    },
  })
  const said: string[] = []
  const check = async () => {
    const request = { controlPlanes: ['192.168.10.51'], workers: [], waitMs: 2000 }
    for await (const message of client.healthCheck(request)) said.push(message)
  }
  expect(codesOf(await check().catch((error) => error))).toEqual(['E_TALOS_DEADLINE'])
  expect(said).toEqual(['2 192.168.10.51'])
})

test('disks, wiping, memory and a new client certificate', async () => {
  const wiped: unknown[] = []
  const client = await talk({
    storage: {
      disks: () => ({
        messages: [
          {
            disks: [
              {
                deviceName: '/dev/nvme0n1',
                size: 1_000_204_886_016n,
                serial: '0123',
                type: 3,
                systemDisk: true,
              },
            ],
          },
        ],
      }),
      blockDeviceWipe: ({ devices }) => {
        wiped.push(...devices.map(({ device, skipVolumeCheck }) => [device, skipVolumeCheck]))
        return { messages: [{}] }
      },
    },
    machine: {
      memory: () => ({ messages: [{ meminfo: { memtotal: 16_000_000n } }] }),
      generateClientConfiguration: ({ roles, crtTtl }) => ({
        messages: [
          {
            ca: bytes('ca'),
            crt: bytes(`${roles} ${crtTtl?.seconds}`),
            key: bytes('key'),
            talosconfig: bytes('t'),
          },
        ],
      }),
    },
  })
  expect(await client.disks()).toMatchObject([
    { device: '/dev/nvme0n1', size: 1_000_204_886_016, serial: '0123', type: 'nvme', systemDisk: true },
  ])
  await client.wipeBlockDevice({ device: 'nvme0n1', skipVolumeCheck: true })
  expect(wiped).toEqual([['nvme0n1', true]])
  expect(await client.memory()).toBe(16_000_000 * 1024)
  const { crt, key } = await client.generateClientConfiguration({ roles: ['os:reader'], ttlMs: 3_600_000 })
  expect([crt, key.reveal(), `${key}`]).toEqual(['os:reader 3600', 'key', '‹redacted›'])
})
