import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { deployment, map } from './support/objects.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const maps = '/api/v1/namespaces/default/configmaps'
const deployments = '/apis/apps/v1/namespaces/default/deployments'
const sets = '/apis/apps/v1/namespaces/default/replicasets'

const gone = async (path: string) => {
  while ((await cluster.client.get(path)).code !== 404) await new Promise((resolve) => setTimeout(resolve, 5))
}
const ready = (path: string) =>
  cluster.client.until(
    path,
    (one) => (one as { status?: { readyReplicas?: number } }).status?.readyReplicas === 2,
  )

test('delete answers with what is gone', async () => {
  const { body } = await cluster.client.post(maps, map('simple'))
  const answer = await cluster.client.delete(`${maps}/simple`)
  expect([answer.code, answer.body.status, answer.body.details.uid]).toEqual([
    200,
    'Success',
    body.metadata.uid,
  ])
  expect((await cluster.client.delete(`${maps}/simple`)).code).toBe(404)
})

test('a wrong uid as precondition is a conflict', async () => {
  await cluster.client.post(maps, map('guarded'))
  const answer = await cluster.client.delete(`${maps}/guarded`, { preconditions: { uid: 'other' } })
  expect([answer.code, answer.body.reason]).toEqual([409, 'Conflict'])
})

test('a finalizer holds an object until it is taken away', async () => {
  await cluster.client.post(maps, {
    ...map('held'),
    metadata: { name: 'held', finalizers: ['homerack.dev/hold'] },
  })
  const marked = await cluster.client.delete(`${maps}/held`)
  expect(marked.body.metadata.deletionTimestamp).toBeDefined()
  expect((await cluster.client.get(`${maps}/held`)).code).toBe(200)
  await cluster.client.patch('merge', `${maps}/held`, { metadata: { finalizers: null } })
  expect((await cluster.client.get(`${maps}/held`)).code).toBe(404)
})

test('a collection is deleted by its selector', async () => {
  await cluster.client.post(maps, map('many-1', {}, { many: 'yes' }))
  await cluster.client.post(maps, map('many-2', {}, { many: 'yes' }))
  expect((await cluster.client.delete(`${maps}?labelSelector=many`)).code).toBe(200)
  expect((await cluster.client.get(`${maps}?labelSelector=many`)).body.items).toEqual([])
  expect((await cluster.client.get(`${maps}/guarded`)).code).toBe(200)
})

test('background: the owner goes at once, what it owned follows', async () => {
  await cluster.client.post(deployments, deployment('background'))
  await ready(`${deployments}/background`)
  await cluster.client.delete(`${deployments}/background`, { propagationPolicy: 'Background' })
  expect((await cluster.client.get(`${deployments}/background`)).code).toBe(404)
  await cluster.client.until(
    `/api/v1/namespaces/default/pods?labelSelector=app%3Dbackground`,
    (list) => (list as { items?: unknown[] }).items?.length === 0,
  )
})

test('foreground: the owner goes last', async () => {
  await cluster.client.post(deployments, deployment('foreground'))
  await ready(`${deployments}/foreground`)
  const { body } = await cluster.client.delete(`${deployments}/foreground`, {
    propagationPolicy: 'Foreground',
  })
  expect(body.metadata.finalizers).toEqual(['foregroundDeletion'])
  await gone(`${deployments}/foreground`)
  const left = await cluster.client.get(`${sets}?labelSelector=app%3Dforeground`)
  expect(left.body.items).toEqual([])
})

test('orphan: what was owned stays', async () => {
  await cluster.client.post(deployments, deployment('orphan'))
  await ready(`${deployments}/orphan`)
  await cluster.client.delete(`${deployments}/orphan`, { propagationPolicy: 'Orphan' })
  await gone(`${deployments}/orphan`)
  const { items } = (await cluster.client.get(`${sets}?labelSelector=app%3Dorphan`)).body
  expect(items.map((set: { metadata: object }) => 'ownerReferences' in set.metadata)).toEqual([false])
})

test('a namespace empties itself, takes nothing new meanwhile, and says what holds it', async () => {
  const path = '/api/v1/namespaces/ending'
  await cluster.client.post('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'ending' },
  })
  await cluster.client.until(`${path}/serviceaccounts/default`, (one) => one.kind === 'ServiceAccount')
  await cluster.client.post(`${path}/configmaps`, {
    ...map('stuck'),
    metadata: { name: 'stuck', finalizers: ['homerack.dev/hold'] },
  })
  await cluster.client.post('/apis/apps/v1/namespaces/ending/deployments', deployment('web'))
  const { body } = await cluster.client.delete(path)
  expect(body.status.phase).toBe('Terminating')
  const late = await cluster.client.post(`${path}/configmaps`, map('late'))
  expect([late.code, late.body.reason, late.body.details.causes[0].reason]).toEqual([
    403,
    'Forbidden',
    'NamespaceTerminating',
  ])
  const held = await cluster.client.until(path, (one) =>
    JSON.stringify(one.status).includes('configmaps has 1 resource'),
  )
  expect(JSON.stringify(held.status)).toContain('homerack.dev/hold')
  await cluster.client.patch('json', `${path}/configmaps/stuck`, [
    { op: 'remove', path: '/metadata/finalizers' },
  ])
  await gone(path)
})
