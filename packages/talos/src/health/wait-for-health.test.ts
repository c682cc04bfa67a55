import { FaultError, faultsOf } from '@homerack/errors'
import { expect, test } from 'vitest'
import type { ClusterNode, HealthClient } from './health-checks.ts'
import { type HealthEvent, waitForHealth } from './wait-for-health.ts'

const gib = 2 ** 30

/** A healthy node; each test says what is different. */
function healthy(name: string, role: ClusterNode['role'] = 'controlplane') {
  const number = name.slice(-1)
  const address = `192.168.10.5${number}`
  const member = (of: string) => ({
    id: `000000000000000${of}`,
    hostname: `pi-${of}`,
    peerUrls: [`https://192.168.10.5${of}:2380`],
    clientUrls: [],
    isLearner: false,
  })
  const state = {
    services: ['etcd', 'kubelet'].map((id) => ({
      id,
      state: 'Running',
      healthy: true as boolean | undefined,
      lastMessage: '',
      events: [],
    })),
    members: [member('1'), member('2')],
    memory: 16 * gib,
    ephemeral: 900 * gib,
    diagnostics: [] as string[],
    machine: { stage: 'running', ready: true, unmetConditions: [] as { name: string; reason: string }[] },
    reachable: true,
  }
  const answer = async <T>(value: T): Promise<T> => {
    if (!state.reachable)
      throw new FaultError({ code: 'E_TALOS_UNREACHABLE', subject: address, cause: 'off' })
    return value
  }
  const spec = (value: unknown) => ({ spec: value })
  const client = {
    services: () => answer(state.services),
    etcdMembers: () => answer(state.members),
    version: () => answer({}),
    memory: () => answer(state.memory),
    resources: {
      get: (kind: string) =>
        answer(spec(kind === 'MachineStatus' ? state.machine : { size: state.ephemeral })),
      list: () => answer(state.diagnostics.map((message) => spec({ message }))),
    },
  } as unknown as HealthClient
  return { node: { name, address, role, client }, state }
}

type Fake = ReturnType<typeof healthy>

async function wait(nodes: Fake[], onEvent: (event: HealthEvent) => void = () => {}, timeoutMs = 10) {
  for await (const event of waitForHealth({
    nodes: nodes.map(({ node }) => node),
    pauseMs: 1,
    timeoutMs,
  }))
    onEvent(event)
}

test('a healthy cluster passes every check in the order of Talos', async () => {
  const passed: string[] = []
  await wait([healthy('pi-1'), healthy('pi-2'), healthy('pi-3', 'worker')], ({ check }) => passed.push(check))
  expect(passed).toEqual([
    'etcd to be healthy',
    'etcd members to be consistent across nodes',
    'etcd members to be control plane nodes',
    'apid to be ready',
    'all nodes memory sizes',
    'all nodes disk sizes',
    'no diagnostics',
    'kubelet to be healthy',
    'all nodes to finish boot sequence',
  ])
})

test.for<[string, (second: Fake['state'], worker: Fake['state']) => void, RegExp]>([
  ['etcd is not there', (s) => void s.services.splice(0, 1), /pi-2: there is no service etcd/],
  [
    'etcd prepares',
    (s) => void Object.assign(s.services[0]!, { state: 'Preparing' }),
    /pi-2: etcd is Preparing/,
  ],
  [
    'etcd is unhealthy',
    (s) => void Object.assign(s.services[0]!, { healthy: false, lastMessage: 'slow' }),
    /pi-2: etcd is not healthy: slow/,
  ],
  ['members differ', (s) => void s.members.pop(), /pi-2: sees pi-1#0001, but pi-1 sees pi-1#0001, pi-2#0002/],
  ['one still learns', (s) => void Object.assign(s.members[1]!, { isLearner: true }), /pi-2 \(learner\)/],
  ['a worker is away', (_, w) => Object.assign(w, { reachable: false }), /pi-3: off.*apid/s],
  [
    'too little memory',
    (_, w) => Object.assign(w, { memory: gib / 2 }),
    /pi-3: has 512 MiB of memory, Talos wants 874 MiB/,
  ],
  [
    'too little disk',
    (_, w) => Object.assign(w, { ephemeral: gib }),
    /pi-3: EPHEMERAL has 1024 MiB, Talos wants 3932 MiB/,
  ],
  ['a diagnostic', (_, w) => Object.assign(w, { diagnostics: ['address overlap'] }), /pi-3: address overlap/],
  [
    'kubelet is down',
    (s) => void Object.assign(s.services[1]!, { state: 'Failed' }),
    /pi-2: kubelet is Failed/,
  ],
  ['still booting', (_, w) => Object.assign(w.machine, { stage: 'booting' }), /pi-3: is booting/],
  [
    'not ready',
    (_, w) =>
      Object.assign(w.machine, { ready: false, unmetConditions: [{ name: 'services', reason: 'udevd' }] }),
    /pi-3: is not ready: services: udevd/,
  ],
])('%s', async ([, spoil, reason]) => {
  const nodes = [healthy('pi-1'), healthy('pi-2'), healthy('pi-3', 'worker')] as const
  spoil(nodes[1].state, nodes[2].state)
  const error = await wait([...nodes]).catch((thrown) => thrown)
  expect(faultsOf(error)?.[0]?.code).toBe('E_TALOS_UNHEALTHY')
  expect(String(error)).toMatch(reason)
})

test('a member that is no control plane', async () => {
  const one = healthy('pi-1')
  await expect(wait([one])).rejects.toThrow(/pi-2 at https:\/\/192\.168\.10\.52:2380/)
})

test('what is awaited is told once, and again when it changes', async () => {
  const one = healthy('pi-1')
  one.state.members.pop()
  one.state.machine.stage = 'booting'
  const waits: string[] = []
  const onEvent = (event: HealthEvent) => {
    if (event.type !== 'waiting') return
    waits.push(event.reasons.join())
    one.state.machine.stage = one.state.machine.stage === 'booting' ? 'rebooting' : 'running'
  }
  await wait([one], onEvent, 60_000)
  expect(waits).toEqual(['pi-1: is booting', 'pi-1: is rebooting'])
})
