import { FaultError } from '@homerack/errors'
import { afterEach, expect, test } from 'vitest'
import {
  formatProcedurePlan,
  type MembershipTools,
  observeMembership,
  planNodeRemoval,
  planNodeReplacement,
  type RemovalWish,
  removeNode,
  replaceNode,
} from '../src/index.ts'
import { type FakeCluster, fakeCluster } from './support/fake-cluster.ts'
import { run } from './support/run.ts'

let cluster: FakeCluster
afterEach(() => cluster?.close())

/** Patient: only the tests of a wait that ends say how long it is. */
const tools = (times: Partial<MembershipTools> = {}): MembershipTools => ({
  nodes: cluster.nodes,
  kubernetes: cluster.kubernetes,
  pauseMs: 1,
  drainMs: 20_000,
  rebootMs: 20_000,
  ...times,
})
const remove = async (name: string, wish?: RemovalWish, times?: Partial<MembershipTools>) => {
  const plan = planNodeRemoval(await observeMembership(name, tools()), wish)
  return { plan, ...(await run(removeNode(plan, tools(times)))) }
}
const memberNames = () => cluster.members.map(({ hostname }) => hostname)

test('a living control plane is drained, leaves etcd, is wiped, and is forgotten', async () => {
  cluster = await fakeCluster(3)
  const { plan, error } = await remove('pi-3')
  expect(error).toBeUndefined()
  expect(formatProcedurePlan(plan)).toMatchInlineSnapshot(`
    "pi-3  reset        leaves etcd, is wiped and waits for a config
    pi-3  delete-node  Kubernetes forgets it"
  `)
  expect(cluster.node('pi-3').resets).toEqual([
    { graceful: true, reboot: true, partitions: ['STATE', 'EPHEMERAL'] },
  ])
  expect(cluster.kubernetes.log).toEqual(['cordon pi-3', 'drain pi-3', 'delete pi-3'])
  expect(memberNames()).toEqual(['pi-1', 'pi-2'])
})

test('a worker, switched off for good', async () => {
  cluster = await fakeCluster(1, 1)
  expect((await remove('pi-2', { afterwards: 'off' })).error).toBeUndefined()
  expect(cluster.node('pi-2').resets).toEqual([{ graceful: true, reboot: false, partitions: [] }])
})

test('a dead control plane: the others forget its member; a second time is nothing', async () => {
  cluster = await fakeCluster(3)
  cluster.node('pi-2').off = true
  const { plan, error } = await remove('pi-2', { dead: true })
  expect(error).toBeUndefined()
  expect(formatProcedurePlan(plan)).toMatchInlineSnapshot(`
    "pi-2  remove-member  etcd forgets 0000000000000002
    pi-2  delete-node    Kubernetes forgets it"
  `)
  expect(memberNames()).toEqual(['pi-1', 'pi-3'])
  expect(formatProcedurePlan((await remove('pi-2', { dead: true })).plan)).toBe('Nothing is left to do.')
})

type Case = [string, number, RemovalWish, (one: FakeCluster) => void, string[]]

test.for<Case>([
  ['the only control plane', 1, {}, () => {}, ['E_ETCD_LAST_MEMBER']],
  [
    'one of which another is off',
    3,
    {},
    (c) => Object.assign(c.node('pi-3'), { off: true }),
    ['E_ETCD_UNHEALTHY', 'E_ETCD_UNHEALTHY'],
  ],
  ['an alarm elsewhere', 3, {}, (c) => Object.assign(c.node('pi-3'), { alarm: 2 }), ['E_ETCD_ALARM']],
  [
    'a learner elsewhere',
    3,
    {},
    (c) => Object.assign(c.members[2]!, { isLearner: true }),
    ['E_ETCD_LEARNER'],
  ],
  [
    'one that is off, not said to be dead',
    3,
    {},
    (c) => Object.assign(c.node('pi-1'), { off: true }),
    ['E_NODE_UNSEEN'],
  ],
  [
    'one that answers as another',
    3,
    {},
    (c) => Object.assign(c.node('pi-1'), { hostname: 'pi-2' }),
    ['E_NODE_OTHER'],
  ],
  ['a dead one that lives', 3, { dead: true }, () => {}, ['E_NODE_ALIVE']],
  [
    'a dead one of two',
    2,
    { dead: true },
    (c) => Object.assign(c.node('pi-1'), { off: true }),
    ['E_ETCD_QUORUM'],
  ],
  [
    'a dead one without a majority',
    3,
    { dead: true },
    (c) => {
      c.node('pi-1').off = true
      c.node('pi-3').etcd = 'Failed'
    },
    ['E_ETCD_QUORUM'],
  ],
])('refused: %s', async ([, size, wish, spoil, codes]) => {
  cluster = await fakeCluster(size)
  spoil(cluster)
  const result = await remove('pi-1', wish)
  expect(result.codes).toEqual(codes)
  expect(cluster.kubernetes.log).toEqual([])
  expect([cluster.members.length, cluster.node('pi-1').resets.length]).toEqual([size, 0])
})

test('a drain that is blocked, and an etcd that breaks meanwhile, leave the node in place, schedulable', async () => {
  cluster = await fakeCluster(3)
  cluster.drain = async function* (_, signal) {
    yield 'pod retail/db'
    await new Promise((done) => signal.addEventListener('abort', done))
  }
  expect((await remove('pi-3', {}, { drainMs: 50 })).codes).toEqual(['E_DRAIN_BLOCKED'])
  cluster.drain = async function* () {
    yield 'pod retail/db'
    cluster.node('pi-1').etcd = 'Failed'
  }
  expect((await remove('pi-3')).codes).toContain('E_ETCD_UNHEALTHY')
  expect(cluster.kubernetes.nodes.get('pi-3')?.cordon).toBe('none')
  expect(cluster.node('pi-3').resets).toEqual([])
})

/** A board in maintenance mode that joins as pi-3 when it gets its config. */
function board(joins: () => void) {
  const configs: unknown[] = []
  const replacement = {
    node: cluster.nodes[2]!,
    config: { reveal: () => 'machine config' },
    maintenance: {
      applyConfiguration: async ({ config }: { config: unknown }) => {
        configs.push([config, memberNames()])
        joins()
        return { warnings: [], mode: 'auto' as const, details: '' }
      },
    },
  }
  return { replacement, configs }
}

test('a dead control plane leaves etcd before its replacement joins', async () => {
  cluster = await fakeCluster(3)
  const old = cluster.node('pi-3')
  const seen = cluster.kubernetes.nodes.get('pi-3')!
  old.off = true
  const { replacement, configs } = board(() => {
    Object.assign(old, { off: false, id: 7n })
    cluster.members.push({ id: 7n, hostname: 'pi-3', isLearner: true })
    cluster.kubernetes.nodes.set('pi-3', seen)
    cluster.node('pi-3').away = 2
  })
  const wish = { dead: true, replacement: 'pi-3' }
  const plan = planNodeReplacement(await observeMembership('pi-3', tools()), wish)
  expect(plan.steps.map(({ action }) => action)).toEqual([
    'remove-member',
    'delete-node',
    'configure',
    'join',
  ])
  const { error, events } = await run(
    (async function* () {
      for await (const event of replaceNode(plan, { ...tools(), replacement })) {
        yield event
        if (/learns/.test(event.reason)) for (const member of cluster.members) member.isLearner = false
      }
    })(),
  )
  expect(error).toBeUndefined()
  expect(configs).toEqual([['machine config', ['pi-1', 'pi-2']]])
  expect(events.filter(({ type }) => type === 'waiting').at(-1)?.reason).toContain('learns')
})

test('a replacement that does not come up is told; a configured one is not configured twice', async () => {
  cluster = await fakeCluster(3)
  cluster.node('pi-3').off = true
  const { replacement, configs } = board(() => {})
  const plan = planNodeReplacement(await observeMembership('pi-3', tools()), {
    dead: true,
    replacement: 'pi-3',
  })
  expect((await run(replaceNode(plan, { ...tools({ rebootMs: 100 }), replacement }))).codes).toEqual([
    'E_JOIN_TIMEOUT',
  ])
  cluster.node('pi-3').off = false
  const rest = { ...plan, steps: plan.steps.slice(2) }
  await run(replaceNode(rest, { ...tools({ rebootMs: 100 }), replacement }))
  expect(configs).toHaveLength(1)
})

test('what Kubernetes refuses ends it with its own fault', async () => {
  cluster = await fakeCluster(3)
  cluster.node('pi-3').off = true
  cluster.kubernetes.deleteNode = async (name) => {
    throw new FaultError({ code: 'E_FORBIDDEN', subject: name, cause: 'no' })
  }
  expect((await remove('pi-3', { dead: true })).codes).toEqual(['E_FORBIDDEN'])
})
