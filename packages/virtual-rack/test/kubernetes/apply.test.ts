import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { deployment, map } from './support/objects.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ nodes: 0 })
})
afterAll(() => cluster.close())

const maps = '/api/v1/namespaces/default/configmaps'
const deployments = '/apis/apps/v1/namespaces/default/deployments'
const services = '/api/v1/namespaces/default/services'

type Entry = { manager: string; operation: string; subresource?: string; fieldsV1: unknown; time: string }
const managers = (object: { metadata: { managedFields: Entry[] } }) => object.metadata.managedFields

test('apply creates, and the second time changes nothing', async () => {
  const created = await cluster.client.apply(`${maps}/twice`, map('twice', { a: '1' }))
  const again = await cluster.client.apply(`${maps}/twice`, map('twice', { a: '1' }))
  expect([created.code, again.code]).toEqual([201, 200])
  expect(again.body).toEqual(created.body)
  const first = await cluster.client.apply(`${deployments}/twice`, deployment('twice'))
  await cluster.client.until(`${deployments}/twice`, (one) => one.status)
  const second = await cluster.client.apply(`${deployments}/twice`, deployment('twice'))
  expect(second.body.metadata.generation).toBe(1)
  expect(second.body.spec).toEqual(first.body.spec)
  expect(managers(first.body)[0]).toMatchObject({
    manager: 'test',
    operation: 'Apply',
    apiVersion: 'apps/v1',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:template': {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:image': {}, 'f:name': {} } } },
        },
      },
    },
  })
})

test('a field that another manager holds with another value is a conflict', async () => {
  await cluster.client.apply(`${maps}/held`, map('held', { a: '1', b: '1' }), 'alice')
  const refused = await cluster.client.apply(`${maps}/held`, map('held', { a: '2', b: '2' }), 'bob')
  expect([refused.code, refused.body.reason]).toEqual([409, 'Conflict'])
  expect(refused.body.message).toBe(
    'Apply failed with 2 conflicts: conflicts with "alice":\n- .data.a\n- .data.b',
  )
  expect(refused.body.details.causes).toEqual([
    { reason: 'FieldManagerConflict', message: 'conflict with "alice"', field: '.data.a' },
    { reason: 'FieldManagerConflict', message: 'conflict with "alice"', field: '.data.b' },
  ])
  const forced = await cluster.client.apply(`${maps}/held`, map('held', { a: '2' }), 'bob', '&force=true')
  expect(forced.body.data).toEqual({ a: '2', b: '1' })
  expect(managers(forced.body).map((one) => [one.manager, one.fieldsV1])).toEqual([
    ['alice', { 'f:data': { 'f:b': {} } }],
    ['bob', { 'f:data': { 'f:a': {} } }],
  ])
})

test('the conflict with a plain writer names its version and time', async () => {
  await cluster.client.post(maps, map('plain', { a: '1' }))
  const refused = await cluster.client.apply(`${maps}/plain`, map('plain', { a: '2' }), 'bob')
  expect(refused.body.message).toMatch(
    /^Apply failed with 1 conflict: conflict with "test" using v1 at \S+Z: \.data\.a$/,
  )
})

test('the same value is shared, and stays until the last owner lets go', async () => {
  await cluster.client.apply(`${maps}/shared`, map('shared', { a: '1', b: '1' }), 'alice')
  expect((await cluster.client.apply(`${maps}/shared`, map('shared', { a: '1' }), 'bob')).code).toBe(200)
  const one = await cluster.client.apply(`${maps}/shared`, map('shared'), 'alice')
  expect(one.body.data).toEqual({ a: '1' })
  const none = await cluster.client.apply(`${maps}/shared`, map('shared'), 'bob')
  expect(none.body.data ?? {}).toEqual({})
})

test('a field no longer applied falls back to its default', async () => {
  await cluster.client.apply(
    `${deployments}/fallback`,
    deployment('fallback', {}, { replicas: 5, revisionHistoryLimit: 2 }),
  )
  const { replicas: _, ...spec } = deployment('fallback').spec
  const { body } = await cluster.client.apply(`${deployments}/fallback`, { ...deployment('fallback'), spec })
  expect([body.spec.replicas, body.spec.revisionHistoryLimit]).toEqual([1, 10])
})

test('items of list maps are owned one by one', async () => {
  const service = (ports: object[]) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'ports' },
    spec: { ports },
  })
  await cluster.client.apply(
    `${services}/ports`,
    service([
      { name: 'web', port: 80 },
      { name: 'admin', port: 81 },
    ]),
    'alice',
  )
  const both = await cluster.client.apply(
    `${services}/ports`,
    service([{ name: 'metrics', port: 9090 }]),
    'bob',
  )
  expect(both.body.spec.ports.map((one: { port: number }) => one.port)).toEqual([80, 81, 9090])
  const fewer = await cluster.client.apply(
    `${services}/ports`,
    service([{ name: 'web', port: 8080 }]),
    'alice',
  )
  expect(fewer.body.spec.ports).toEqual(
    [
      { name: 'metrics', port: 9090, protocol: 'TCP', targetPort: 9090 },
      { name: 'web', port: 8080, protocol: 'TCP', targetPort: 8080 },
    ].sort(
      (a, b) =>
        fewer.body.spec.ports.findIndex((one: { port: number }) => one.port === a.port) -
        fewer.body.spec.ports.findIndex((one: { port: number }) => one.port === b.port),
    ),
  )
  expect(managers(fewer.body).find((one) => one.manager === 'alice')?.fieldsV1).toEqual({
    'f:spec': { 'f:ports': { 'k:{"port":8080,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {} } } },
  })
})

test('an item stays while another manager owns something in it', async () => {
  const withEnv = (env: object[]) => deployment('items', { containers: [{ name: 'app', image: 'a:1', env }] })
  await cluster.client.apply(`${deployments}/items`, withEnv([{ name: 'A', value: '1' }]), 'alice')
  const sidecar = { containers: [{ name: 'app', env: [{ name: 'B', value: '2' }] }] }
  const patch = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'items' },
    spec: { template: { spec: sidecar } },
  }
  const merged = await cluster.client.apply(`${deployments}/items`, patch, 'bob')
  expect(merged.body.spec.template.spec.containers[0].env).toEqual([
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ])
  const left = await cluster.client.apply(`${deployments}/items`, withEnv([]), 'alice')
  expect(left.body.spec.template.spec.containers[0].env).toEqual([{ name: 'B', value: '2' }])
})

test('a plain update takes ownership of what it changes', async () => {
  await cluster.client.apply(`${maps}/taken`, map('taken', { a: '1', b: '1' }), 'alice')
  const { body } = await cluster.client.patch('merge', `${maps}/taken?fieldManager=bob`, {
    data: { a: '2', b: null },
  })
  expect(managers(body).map((one) => [one.manager, one.operation, one.fieldsV1])).toEqual([
    ['bob', 'Update', { 'f:data': { 'f:a': {} } }],
  ])
})

test('controllers own the status, through its subresource', async () => {
  await cluster.client.apply(`${deployments}/status`, deployment('status'))
  const live = await cluster.client.until(`${deployments}/status`, (one) => one.status)
  const entry = managers(live).find((one) => one.subresource === 'status')
  expect([entry?.manager, entry?.operation]).toEqual(['kube-controller-manager', 'Update'])
  const applied = await cluster.client.apply(`${deployments}/status`, {
    ...deployment('status'),
    status: { replicas: 99 },
  })
  expect(applied.body.status.replicas).not.toBe(99)
})

test('who applies nothing owns nothing', async () => {
  await cluster.client.apply(`${maps}/nothing`, map('nothing', { a: '1' }), 'alice')
  const { body } = await cluster.client.apply(
    `${maps}/nothing`,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'nothing' } },
    'bob',
  )
  expect(managers(body).map((one) => one.manager)).toEqual(['alice'])
})

test('a dry run answers what would be and leaves all as it is', async () => {
  const { body } = await cluster.client.apply(`${maps}/dry`, map('dry', { a: '1' }))
  const dry = await cluster.client.apply(`${maps}/dry`, map('dry', { a: '2' }), 'test', '&dryRun=All')
  expect([dry.code, dry.body.data]).toEqual([200, { a: '2' }])
  expect((await cluster.client.get(`${maps}/dry`)).body).toEqual(body)
})

test('YAML is accepted, nulls clear, and secrets take plain text', async () => {
  const yaml =
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: text\n  labels: null\nstringData:\n  a: hello\n'
  const path = '/api/v1/namespaces/default/secrets/text?fieldManager=test'
  const headers = { 'content-type': 'application/apply-patch+yaml' }
  const first = await cluster.client.send('PATCH', path, yaml, headers)
  expect([first.code, first.body.data, first.body.stringData]).toEqual([201, { a: 'aGVsbG8=' }, undefined])
  const second = await cluster.client.send('PATCH', path, yaml, headers)
  expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion)
})

test('what an apply may not say is refused', async () => {
  const nameless = await cluster.client.send('PATCH', `${maps}/a`, map('a'), {
    'content-type': 'application/apply-patch+yaml',
  })
  expect([nameless.code, nameless.body.message]).toEqual([
    422,
    expect.stringContaining('is required for apply patch'),
  ])
  const other = await cluster.client.apply(`${maps}/a`, map('b'))
  expect([other.code, other.body.message]).toEqual([
    400,
    expect.stringContaining('does not match the name on the URL'),
  ])
  const managed = { ...map('a'), metadata: { name: 'a', managedFields: [{ manager: 'x' }] } }
  expect((await cluster.client.apply(`${maps}/a`, managed)).code).toBe(400)
  const old = { ...map('held'), metadata: { name: 'held', resourceVersion: '1' } }
  expect((await cluster.client.apply(`${maps}/held`, old, 'alice')).code).toBe(409)
  const force = await cluster.client.patch('merge', `${maps}/held?force=true`, {})
  expect(force.code).toBe(422)
})
