import { expect, test } from 'vitest'
import { startCluster } from './support/cluster.ts'
import { deployment } from './support/objects.ts'

test('what was saved is there again: objects, versions, and work half done', async () => {
  const first = await startCluster()
  const path = '/apis/apps/v1/namespaces/default/deployments'
  await first.client.post(path, deployment('kept'))
  const ready = (one: object) => (one as { status?: { readyReplicas?: number } }).status?.readyReplicas === 2
  const before = await first.client.until(`${path}/kept`, ready)
  await first.client.patch('merge', `${path}/kept`, { spec: { replicas: 3 } })
  await first.close()
  const state = first.saved()

  const second = await startCluster({
    state: { load: async () => structuredClone(state), save: async () => {} },
  })
  const { body } = await second.client.get(`${path}/kept`)
  expect(body.metadata.uid).toBe(before.metadata.uid)
  expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion))
  await second.client.until(
    `${path}/kept`,
    (one) => (one as { status?: { readyReplicas?: number } }).status?.readyReplicas === 3,
  )
  const stale = await second.client.watch(
    `${path}?watch=1&resourceVersion=${before.metadata.resourceVersion}`,
  )
  expect(await stale.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } })
  await second.close()
})

test('a state that is none starts a fresh cluster', async () => {
  for (const saved of [undefined, null, 'x', [], { revision: 'x' }]) {
    const cluster = await startCluster({ nodes: 0, state: { load: async () => saved, save: async () => {} } })
    expect((await cluster.client.get('/api/v1/namespaces/kube-system')).code).toBe(200)
    await cluster.close()
  }
})

test('a save that fails is reported and made up for', async () => {
  const faults: string[] = []
  const saved: unknown[] = []
  const save = async (state: unknown) => {
    if (faults.length === 0) throw new Error('disk full')
    saved.push(state)
  }
  const state = { load: async () => undefined, save }
  const cluster = await startCluster({ nodes: 0, state, onFault: ({ message }) => faults.push(message) })
  while (faults.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await cluster.close()
  expect([faults, saved.length]).toEqual([['Error: disk full'], 1])
})
