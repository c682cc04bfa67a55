import {
  observeMembership,
  planNodeRemoval,
  planNodeReplacement,
  removeNode,
  replaceNode,
} from '@homerack/talos'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { machineConfig } from '../../../../packages/virtual-rack/test/fixtures/machine-config.ts'
import { until } from '../../../../packages/virtual-rack/test/fixtures/until.ts'
import {
  addressOf,
  isRunning,
  startTalosCluster,
  stepsOf,
  type TalosCluster,
} from './support/talos-cluster.ts'

let cluster: TalosCluster

beforeAll(async () => {
  cluster = await startTalosCluster(4)
})
afterAll(() => cluster?.close())

const members = async () =>
  (await cluster.nodes[0]!.client.etcdMembers({})).map(({ hostname }) => hostname).toSorted()
const registered = async () => {
  const { items } = (await cluster.kubernetes.request('GET', '/api/v1/nodes')) as {
    items: { metadata: { name: string } }[]
  }
  return items.map(({ metadata }) => metadata.name).toSorted()
}
const observe = (name: string, nodes = cluster.tools.nodes) =>
  observeMembership(name, { ...cluster.tools, nodes })

test('a control plane that answers is not removed as a dead one', async () => {
  const plan = planNodeRemoval(await observe('pi-2'), { dead: true })
  expect(plan.refused).toMatchObject([{ code: 'E_NODE_ALIVE', subject: 'pi-2' }])
})

test('a dead control plane is out of etcd before its replacement comes in', async () => {
  await cluster.rack.client.power('pi-2', false)
  await cluster.rack.reaches('pi-2', 'off')
  const plan = planNodeReplacement(await observe('pi-2'), { dead: true, replacement: 'pi-4' })
  expect(plan.refused).toEqual([])
  const node = cluster.nodeOf('pi-4')
  const config = machineConfig(cluster.rack.secrets, { name: 'pi-4', address: addressOf('pi-4') })
  const replacement = {
    node,
    maintenance: await cluster.maintenance('pi-4'),
    config: { reveal: () => config },
  }
  const seen: Record<string, string[]> = {}
  for await (const { type, action } of replaceNode(plan, { ...cluster.tools, replacement }))
    if (type === 'done') seen[action] = await members()
  expect(seen).toEqual({
    'remove-member': ['pi-1', 'pi-3'],
    'delete-node': ['pi-1', 'pi-3'],
    configure: expect.not.arrayContaining(['pi-2']),
    join: ['pi-1', 'pi-3', 'pi-4'],
  })
  expect(await registered()).toEqual(['pi-1', 'pi-3', 'pi-4'])
})

test('the dead one that comes back is no member any more, and founds no cluster of its own', async () => {
  await cluster.rack.client.power('pi-2', true)
  const { client } = cluster.nodeOf('pi-2')
  const etcd = await until('its etcd', async () =>
    (await client.services()).find(({ id, state }) => id === 'etcd' && state === 'Failed'),
  )
  expect(etcd.lastMessage).toContain('removed')
  expect(await members()).toEqual(['pi-1', 'pi-3', 'pi-4'])
  expect((await cluster.rack.client.status()).etcdClusters).toHaveLength(1)
  await cluster.rack.client.power('pi-2', false)
})

test('a living control plane is drained, leaves etcd, and waits in maintenance mode', async () => {
  const nodes = [cluster.nodes[0]!, cluster.nodes[2]!, cluster.nodeOf('pi-4')]
  for (const { name } of nodes) await isRunning(cluster.rack, name)
  const plan = planNodeRemoval(await observe('pi-4', nodes))
  const steps = await stepsOf(removeNode(plan, { ...cluster.tools, nodes }))
  expect(steps).toEqual(['pi-4 reset', 'pi-4 cordon', 'pi-4 drain', 'pi-4 delete-node'])
  await cluster.rack.reaches('pi-4', 'maintenance')
  expect(await members()).toEqual(['pi-1', 'pi-3'])
  expect(await registered()).not.toContain('pi-4')
})

test('with one of two control planes off, nobody can be removed any more, and etcd is named as the reason', async () => {
  await cluster.rack.client.power('pi-3', false)
  const [first, , third] = cluster.nodes
  await cluster.rack.reaches('pi-3', 'off')
  await expect(observe('pi-3', [first!, third!])).rejects.toThrow(/E_CLUSTER_\w+[\s\S]*E_ETCD_QUORUM/)
})
