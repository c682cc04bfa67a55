import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { map } from './support/objects.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ nodes: 0 })
})
afterAll(() => cluster.close())

const maps = '/api/v1/namespaces/default/configmaps'

test('a watch goes on from the version of a list', async () => {
  const { body } = await cluster.client.get(maps)
  const watch = await cluster.client.watch(`${maps}?watch=1&resourceVersion=${body.metadata.resourceVersion}`)
  await cluster.client.post(maps, map('seen', { a: '1' }))
  await cluster.client.patch('merge', `${maps}/seen`, { data: { a: '2' } })
  await cluster.client.delete(`${maps}/seen`)
  const events = [await watch.next(), await watch.next(), await watch.next()]
  expect(events.map((event) => [event?.type, event?.object.metadata.name, event?.object.data.a])).toEqual([
    ['ADDED', 'seen', '1'],
    ['MODIFIED', 'seen', '2'],
    ['DELETED', 'seen', '2'],
  ])
  const versions = events.map((event) => Number(event?.object.metadata.resourceVersion))
  expect(versions).toEqual([...versions].sort((a, b) => a - b))
  watch.close()
})

test('changes between list and watch are not lost', async () => {
  const { body } = await cluster.client.get(maps)
  await cluster.client.post(maps, map('between'))
  const watch = await cluster.client.watch(`${maps}?watch=1&resourceVersion=${body.metadata.resourceVersion}`)
  expect((await watch.next())?.object.metadata.name).toBe('between')
  watch.close()
})

test('what leaves a selector is deleted for its watcher, what enters is added', async () => {
  const watch = await cluster.client.watch(`${maps}?watch=true&labelSelector=on%3Dyes`)
  await cluster.client.post(maps, map('switch', {}, { on: 'no' }))
  for (const on of ['yes', 'no'])
    await cluster.client.patch('merge', `${maps}/switch`, { metadata: { labels: { on } } })
  expect([(await watch.next())?.type, (await watch.next())?.type]).toEqual(['ADDED', 'DELETED'])
  watch.close()
})

test('initial events end with a bookmark', async () => {
  const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
  const watch = await cluster.client.watch(`/api/v1/namespaces?${query}`)
  const names: string[] = []
  let event = await watch.next()
  while (event?.type === 'ADDED') {
    names.push(event.object.metadata.name)
    event = await watch.next()
  }
  expect(names).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system'])
  expect(event).toMatchObject({
    type: 'BOOKMARK',
    object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  })
  watch.close()
})

test('a version older than the history is 410 Expired', async () => {
  const { body } = await cluster.client.get(maps)
  await cluster.client.post(maps, map('history'))
  cluster.kubernetes.compact()
  const watch = await cluster.client.watch(`${maps}?watch=1&resourceVersion=${body.metadata.resourceVersion}`)
  expect(await watch.next()).toMatchObject({
    type: 'ERROR',
    object: { kind: 'Status', code: 410, reason: 'Expired' },
  })
  expect(await watch.next()).toBeUndefined()
  expect((await cluster.client.get(`${maps}?watch=1&resourceVersion=soon`)).code).toBe(400)
})

test('a watch ends at its timeout', async () => {
  const watch = await cluster.client.watch(
    `${maps}?watch=1&resourceVersion=${cluster.kubernetes.snapshot().revision}&timeoutSeconds=1`,
  )
  expect(await watch.next()).toBeUndefined()
})

test('a watch of one object sees that object', async () => {
  const watch = await cluster.client.watch('/api/v1/namespaces/kube-public?watch=1')
  expect((await watch.next())?.object.metadata.name).toBe('kube-public')
  watch.close()
})
