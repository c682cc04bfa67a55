import { FaultError } from '@homerack/errors'
import { afterEach, expect, test } from 'vitest'
import {
  formatProcedurePlan,
  observeTalosUpgrade,
  planTalosUpgrade,
  type TalosUpgradeTools,
  upgradeTalos,
} from '../src/index.ts'
import { type FakeCluster, fakeCluster } from './support/fake-cluster.ts'
import { run } from './support/run.ts'

let cluster: FakeCluster
afterEach(() => cluster?.close())

/** Says what is different. */
const set = <T extends object>(state: T, different: Partial<T>) => void Object.assign(state, different)

const wish = { version: 'v1.14.1', image: 'registry.test/installer:v1.14.1' }
/** Patient: only the tests of a wait that ends say how long it is. */
const patient = { pauseMs: 1, waitMs: 20_000, drainMs: 20_000, rebootMs: 20_000 }

const tools = (options: Partial<TalosUpgradeTools> = {}): TalosUpgradeTools => ({
  nodes: cluster.nodes,
  kubernetes: cluster.kubernetes,
  ...patient,
  ...options,
})
const plan = async (image = wish) => planTalosUpgrade(await observeTalosUpgrade(tools()), image)
const upgrade = async (options?: Partial<TalosUpgradeTools>) =>
  run(upgradeTalos(await plan(), tools(options)))
const cordons = () => [...cluster.kubernetes.nodes.values()].map(({ cordon }) => cordon)

test('one node at a time: control planes with the leader last, then workers; twice is nothing', async () => {
  cluster = await fakeCluster(3, 1)
  expect(formatProcedurePlan(await plan())).toMatchInlineSnapshot(`
    "pi-2  upgrade  Talos v1.13.9 → v1.14.1
    pi-3  upgrade  Talos v1.13.9 → v1.14.1
    pi-1  upgrade  Talos v1.13.9 → v1.14.1
    pi-4  upgrade  Talos v1.13.9 → v1.14.1"
  `)
  const { error, steps, events } = await upgrade()
  expect(error).toBeUndefined()
  const waits = events.filter(({ type, node }) => type === 'waiting' && node === 'pi-2')
  expect(waits.map(({ reason }) => reason)).toEqual([
    'it has not rebooted yet',
    expect.stringContaining('pi-2 is booting'),
    'its kubelet has not reported yet',
  ])
  expect(steps.slice(0, 9)).toEqual([
    'upgrade pi-2',
    'gate pi-2',
    'pull pi-2',
    'install pi-2',
    'cordon pi-2',
    'drain pi-2',
    'reboot pi-2',
    'uncordon pi-2',
    'gate pi-2',
  ])
  expect(steps.filter((each) => each.startsWith('reboot'))).toEqual([
    'reboot pi-2',
    'reboot pi-3',
    'reboot pi-1',
    'reboot pi-4',
  ])
  expect(cluster.states.map(({ talos, boots }) => [talos, boots])).toEqual(Array(4).fill(['v1.14.1', 2]))
  expect(cordons()).toEqual(Array(4).fill('none'))
  expect(formatProcedurePlan(await plan())).toBe('Nothing is left to do.')
})

test.for<[string, (one: FakeCluster) => void, string]>([
  ['a member that answers not', (c) => set(c.node('pi-3'), { off: true }), 'E_NODE_UNSEEN E_ETCD_UNHEALTHY'],
  ['an etcd that is down', (c) => set(c.node('pi-3'), { etcd: 'Failed' }), 'E_ETCD_UNHEALTHY'],
  ['an alarm', (c) => set(c.node('pi-3'), { alarm: 1 }), 'E_ETCD_ALARM'],
  ['a learner', (c) => set(c.members[2]!, { isLearner: true }), 'E_ETCD_LEARNER'],
  ['a member that never started', (c) => set(c.members[2]!, { hostname: '' }), 'E_ETCD_NOT_STARTED'],
  ['no leader', (c) => set(c.node('pi-1'), { leader: false }), 'E_ETCD_UNHEALTHY'],
  ['errors', (c) => void c.node('pi-3').errors.push('corrupt'), 'E_ETCD_UNHEALTHY'],
  [
    'a member nobody knows',
    (c) => void c.members.push({ id: 9n, hostname: 'pi-9', isLearner: false }),
    'E_ETCD_UNHEALTHY',
  ],
  ['two members', (c) => void c.members.pop(), 'E_ETCD_QUORUM'],
  ['a node that answers as another', (c) => set(c.node('pi-2'), { hostname: 'pi-3' }), 'E_NODE_OTHER'],
  ['a version too far away', (c) => set(c.node('pi-2'), { talos: 'v1.12.4' }), 'E_UPGRADE_STEP'],
  ['a version that is newer', (c) => set(c.node('pi-2'), { talos: 'v1.15.0' }), 'E_UPGRADE_STEP'],
  ['no version at all', (c) => set(c.node('pi-2'), { talos: '' }), 'E_UPGRADE_STEP'],
])('refused: %s', async ([, spoil, codes]) => {
  cluster = await fakeCluster(3)
  spoil(cluster)
  const result = await upgrade()
  expect(new Set(codes.split(' '))).toEqual(new Set(result.codes))
  expect(result.events).toEqual([])
  expect(cluster.kubernetes.log).toEqual([])
  expect(cluster.states.every(({ boots, installed }) => boots === 1 && !installed)).toBe(true)
})

test('refused: an installer of another version', async () => {
  cluster = await fakeCluster(1)
  const { refused } = await plan({ ...wish, image: 'registry.test:5000/installer:v1.13.9@sha256:00' })
  expect(refused.map(({ code }) => code)).toEqual(['E_UPGRADE_IMAGE'])
})

test.for<[string, (one: FakeCluster) => void, string, Partial<TalosUpgradeTools>]>([
  ['the installer fails', (c) => set(c.node('pi-2'), { exitCode: 1 }), 'E_TALOS_INSTALLER', {}],
  [
    'a disruption budget blocks the drain',
    (c) => {
      c.drain = async function* (_, signal) {
        yield 'pod retail/db: its disruption budget allows no disruption'
        await new Promise((done) => signal.addEventListener('abort', done))
      }
    },
    'E_DRAIN_BLOCKED',
    { drainMs: 100 },
  ],
  ['the new system does not boot', (c) => set(c.node('pi-2'), { reverts: true }), 'E_UPGRADE_REVERTED', {}],
  [
    'Kubernetes sees the node not ready',
    (c) => {
      const { node } = c.kubernetes
      c.kubernetes.node = async (name) => {
        const seen = await node(name)
        return seen && { ...seen, ready: c.node(name).boots === 1 }
      }
    },
    'E_UPGRADE_TIMEOUT',
    { rebootMs: 300 },
  ],
])('%s: it stops there, with every node schedulable', async ([, spoil, code, times]) => {
  cluster = await fakeCluster(3)
  spoil(cluster)
  const { codes, events } = await upgrade(times)
  expect(codes).toEqual([code])
  expect(new Set(events.map(({ node }) => node))).toEqual(new Set(['pi-2']))
  expect(cordons()).toEqual(['none', 'none', 'none'])
  expect([cluster.node('pi-1').boots, cluster.node('pi-3').boots]).toEqual([1, 1])
})

test('an etcd that does not come back stops it before the next node', async () => {
  cluster = await fakeCluster(3)
  const { uncordon } = cluster.kubernetes
  cluster.kubernetes.uncordon = async (name) => {
    await uncordon(name)
    cluster.node(name).alarm = 2
  }
  const { codes } = await upgrade({ waitMs: 200 })
  expect(codes).toEqual(['E_ETCD_ALARM'])
  expect(cluster.states.map(({ boots }) => boots)).toEqual([1, 2, 1])
})

test('aborted or left in the middle, the node is schedulable again', async () => {
  cluster = await fakeCluster(3)
  const stop = new AbortController()
  cluster.drain = async function* (_, signal) {
    yield 'pod retail/web'
    stop.abort(new Error('enough'))
    signal.throwIfAborted()
  }
  const { error } = await upgrade({ signal: stop.signal })
  expect(error).toEqual(new Error('enough'))
  expect(cluster.kubernetes.log).toEqual(['cordon pi-2', 'drain pi-2', 'uncordon pi-2'])
  for await (const { action } of upgradeTalos(await plan(), tools())) if (action === 'drain') break
  expect(cordons()).toEqual(['none', 'none', 'none'])
})

test('a cordon of somebody else stays; one that a killed run left is taken back', async () => {
  cluster = await fakeCluster(1, 2)
  const { nodes, log } = cluster.kubernetes
  nodes.set('pi-2', { ...nodes.get('pi-2')!, cordon: 'foreign' })
  nodes.set('pi-3', { ...nodes.get('pi-3')!, cordon: 'ours' })
  cluster.node('pi-3').talos = 'v1.14.1'
  expect((await upgrade()).error).toBeUndefined()
  expect(cordons()).toEqual(['none', 'foreign', 'none'])
  expect(log).toEqual(['cordon pi-1', 'drain pi-1', 'uncordon pi-1', 'drain pi-2', 'uncordon pi-3'])
})

test('a cordon that cannot be taken back is told beside the failure', async () => {
  cluster = await fakeCluster(3)
  cluster.drain = async function* (name) {
    yield* []
    throw new FaultError({ code: 'E_DRAIN', subject: name, cause: 'eviction is refused' })
  }
  cluster.kubernetes.uncordon = async (name) => {
    throw new FaultError({ code: 'E_AWAY', subject: name, cause: 'no API server' })
  }
  const { codes, error } = await upgrade({ uncordonMs: 20 })
  expect(codes).toEqual(['E_DRAIN', 'E_NODE_CORDONED'])
  expect(String(error)).toContain('kubectl uncordon pi-2')
})
