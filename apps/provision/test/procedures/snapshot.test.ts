import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { observeEtcdRestore, planEtcdRestore, restoreEtcd, snapshotEtcd } from '@homerack/talos'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRunning, startTalosCluster, stepsOf, type TalosCluster } from './support/talos-cluster.ts'

let cluster: TalosCluster
let folder: string

beforeAll(async () => {
  cluster = await startTalosCluster()
  folder = await mkdtemp(join(tmpdir(), 'homerack-restore-'))
})
afterAll(async () => {
  await cluster?.close()
  if (folder) await rm(folder, { recursive: true })
})

const maps = '/api/v1/namespaces/default/configmaps'
const keep = (name: string) =>
  cluster.kubernetes.request('POST', maps, {
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
  })
const kept = async () => {
  const { items } = (await cluster.kubernetes.request('GET', maps, { patience: 60_000 })) as {
    items: { metadata: { name: string } }[]
  }
  return items.map(({ metadata }) => metadata.name).filter((name) => !name.startsWith('kube-'))
}

test('etcd is snapshotted, and is again what it was when it is restored', async () => {
  const path = join(folder, 'etcd.snapshot')
  await keep('before')
  for await (const _ of snapshotEtcd({ client: cluster.nodes[1]!.client, path }));
  await keep('after')
  expect(await kept()).toEqual(['after', 'before'])
  const [old = ''] = (await cluster.rack.client.status()).etcdClusters

  const tools = { ...cluster.tools, path }
  const observed = await observeEtcdRestore(tools)
  expect(planEtcdRestore(observed).refused.map(({ code }) => code)).toEqual(
    Array(3).fill('E_RESTORE_CONSENT'),
  )
  const names = cluster.nodes.map(({ name }) => name)
  const plan = planEtcdRestore(observed, { erase: names })
  const each = (step: string) => names.map((name) => `${name} ${step}`)
  expect(await stepsOf(restoreEtcd(plan, tools))).toEqual([
    ...each('wipe'),
    ...each('empty'),
    'pi-1 upload',
    'pi-1 recover',
    ...each('members'),
  ])
  for (const name of names) await isRunning(cluster.rack, name)
  expect(await kept()).toEqual(['before'])
  const views = await Promise.all(cluster.nodes.map(({ client }) => client.etcdMembers({})))
  for (const members of views)
    expect(members.map(({ hostname, isLearner }) => [hostname, isLearner]).toSorted()).toEqual(
      names.map((name) => [name, false]),
    )
  expect((await cluster.rack.client.status()).etcdClusters.filter((id) => id !== old)).toHaveLength(1)
})
