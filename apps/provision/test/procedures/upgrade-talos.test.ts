import { setTimeout as sleep } from 'node:timers/promises'
import { observeTalosUpgrade, planTalosUpgrade, upgradeTalos } from '@homerack/talos'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../../../packages/virtual-rack/test/fixtures/until.ts'
import { isRunning, startTalosCluster, stepsOf, type TalosCluster } from './support/talos-cluster.ts'

let cluster: TalosCluster
const shop = '/apis/apps/v1/namespaces/default/deployments'
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'

beforeAll(async () => {
  cluster = await startTalosCluster()
  const labels = { app: 'shop' }
  const containers = [{ name: 'shop', image: 'shop:1' }]
  await create(shop, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop' },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  })
  await create(budgets, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'shop' },
    spec: { minAvailable: 2, selector: { matchLabels: labels } },
  })
  await until('three pods', async () => (await available()) === 3)
})
afterAll(() => cluster?.close())

const create = (path: string, body: object) => cluster.kubernetes.request('POST', path, { body })
const get = async <T>(path: string) => (await cluster.kubernetes.request('GET', path)) as T
const available = async () =>
  (await get<{ status: { availableReplicas?: number } }>(`${shop}/shop`)).status.availableReplicas ?? 0
const minAvailable = (value: number) =>
  cluster.kubernetes.request('PATCH', `${budgets}/shop`, {
    body: { spec: { minAvailable: value } },
    contentType: 'application/merge-patch+json',
  })
const versions = () => Promise.all(cluster.nodes.map(async ({ client }) => (await client.version()).tag))
const planFor = async (version: string) =>
  planTalosUpgrade(await observeTalosUpgrade(cluster.tools), {
    version,
    image: `factory.talos.dev/metal-installer/376567:${version}`,
  })
const cordoned = async () => {
  const { items } = await get<{ items: { metadata: { name: string }; spec: { unschedulable?: boolean } }[] }>(
    '/api/v1/nodes',
  )
  return items.filter(({ spec }) => spec.unschedulable).map(({ metadata }) => metadata.name)
}

test('a drain that a budget blocks stops it: nothing reboots, and the node is open again', async () => {
  await minAvailable(3)
  const plan = await planFor('v1.13.10')
  const told: string[] = []
  // The port itself asks again for ten seconds what a budget refuses.
  const failure = stepsOf(upgradeTalos(plan, { ...cluster.tools, drainMs: 13_000 }), told)
  await expect(failure).rejects.toThrow(/E_DRAIN_BLOCKED .*default\/shop/)
  expect(told.filter((step) => step.endsWith('reboot'))).toEqual([])
  expect(await cordoned()).toEqual([])
  expect(await versions()).toEqual(['v1.13.9', 'v1.13.9', 'v1.13.9'])
  await minAvailable(2)
})

test('three control planes go to another version one after the other, and the budget holds all along', async () => {
  const seen: number[] = []
  let over = false
  const watching = (async () => {
    for (; !over; await sleep(50)) seen.push(await available().catch(() => 3))
  })()
  const plan = await planFor('v1.13.10')
  const order = plan.steps.map(({ node }) => node)
  expect(order.toSorted()).toEqual(['pi-1', 'pi-2', 'pi-3'])
  const steps = await stepsOf(upgradeTalos(plan, cluster.tools))
  const each = ['upgrade', 'gate', 'pull', 'install', 'cordon', 'drain', 'reboot', 'uncordon', 'gate']
  expect(steps).toEqual(order.flatMap((node) => each.map((step) => `${node} ${step}`)))
  expect(await versions()).toEqual(['v1.13.10', 'v1.13.10', 'v1.13.10'])
  expect(await cordoned()).toEqual([])
  over = true
  await watching
  expect(seen.length).toBeGreaterThan(20)
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(2)
  expect((await planFor('v1.13.10')).steps).toEqual([])
})

test('a version that does not boot stops it at that node: the rest is as before, and it can go on', async () => {
  const [, second = ''] = (await planFor('v1.14.1')).steps.map(({ node }) => node)
  await cluster.rack.client.faults({ add: [`upgrade-fails-to-boot:${second}`] })
  const failure = stepsOf(upgradeTalos(await planFor('v1.14.1'), cluster.tools))
  await expect(failure).rejects.toThrow(`${second}  E_UPGRADE_REVERTED`)
  expect((await versions()).toSorted()).toEqual(['v1.13.10', 'v1.13.10', 'v1.14.1'])
  expect(await cordoned()).toEqual([])

  await cluster.rack.client.faults({ remove: [`upgrade-fails-to-boot:${second}`] })
  await isRunning(cluster.rack, second)
  const rest = await planFor('v1.14.1')
  expect(rest.steps).toHaveLength(2)
  await stepsOf(upgradeTalos(rest, cluster.tools))
  expect(await versions()).toEqual(['v1.14.1', 'v1.14.1', 'v1.14.1'])
})

test('an etcd alarm is a reason not to begin', async () => {
  await cluster.rack.client.faults({ add: ['etcd-alarm:pi-2'] })
  expect((await planFor('v1.14.2')).refused).toMatchObject([{ code: 'E_ETCD_ALARM' }])
  await cluster.nodes[0]!.client.etcdDisarm()
  expect((await planFor('v1.14.2')).refused).toEqual([])
})
