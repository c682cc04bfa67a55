import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCluster, type TestCluster } from './support/cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ nodes: 0 })
})
afterAll(() => cluster.close())

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const pools = '/apis/example.test/v1/namespaces/default/pools'

const members = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string' }, weight: { type: 'integer' } },
  },
}
const spec = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1 },
    mode: { type: 'string', default: 'fast', enum: ['fast', 'slow'] },
    port: { 'x-kubernetes-int-or-string': true },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    members,
  },
}
const status = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'pools.example.test' },
  spec: {
    group: 'example.test',
    scope: 'Namespaced',
    names: { plural: 'pools', kind: 'Pool', shortNames: ['po'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
      },
    ],
  },
}
const pool = (name: string, content: object) => ({
  apiVersion: 'example.test/v1',
  kind: 'Pool',
  metadata: { name },
  spec: content,
})

test('a definition is established and served', async () => {
  expect((await cluster.client.get(pools)).code).toBe(404)
  await cluster.client.apply(`${crds}/pools.example.test`, definition)
  await cluster.client.until(`${crds}/pools.example.test`, (one) =>
    JSON.stringify(one.status ?? {}).includes('"Established"'),
  )
  const { resources } = (await cluster.client.get('/apis/example.test/v1')).body
  expect(resources.map((one: { name: string }) => one.name)).toEqual(['pools', 'pools/status'])
  expect((await cluster.client.get('/openapi/v3/apis/example.test/v1')).code).toBe(200)
  const again = await cluster.client.apply(`${crds}/pools.example.test`, definition)
  expect(again.body.metadata.generation).toBe(1)
})

test('objects get defaults, lose unknown fields, and merge by their keys', async () => {
  const first = await cluster.client.apply(
    `${pools}/a`,
    pool('a', { size: 1, free: { x: null, y: [1] }, members: [{ name: 'm', weight: 1 }] }),
    'alice',
  )
  expect(first.body.spec).toMatchObject({ size: 1, mode: 'fast', free: { y: [1] } })
  const second = await cluster.client.apply(
    `${pools}/a`,
    pool('a', { members: [{ name: 'n', weight: 2 }], odd: 1 }),
    'bob',
  )
  expect(second.body.spec.members).toEqual([
    { name: 'm', weight: 1 },
    { name: 'n', weight: 2 },
  ])
  expect(second.body.spec.odd).toBeUndefined()
  expect(second.headers.warning).toBe('299 - "unknown field \\"spec.odd\\""')
  expect(second.body.metadata.generation).toBe(2)
  const reported = await cluster.client.patch('merge', `${pools}/a/status`, {
    status: { phase: 'Ready' },
    spec: { size: 9 },
  })
  expect([reported.body.status.phase, reported.body.spec.size, reported.body.metadata.generation]).toEqual([
    'Ready',
    1,
    2,
  ])
  expect((await cluster.client.patch('strategic', `${pools}/a`, {})).code).toBe(415)
})

test.each([
  ['missing', {}, /spec.size: Required value/],
  ['too small', { size: 0 }, /greater than or equal to 1/],
  ['wrong type', { size: 'big' }, /must be of type integer: "string"/],
  ['not in the enum', { size: 1, mode: 'odd' }, /Unsupported value: "odd": supported values: "fast", "slow"/],
  ['neither number nor text', { size: 1, port: true }, /integer or string/],
  ['item without its key', { size: 1, members: [{}] }, /spec.members\[0\].name: Required/],
])('a schema refuses: %s', async (_, content, message) => {
  const answer = await cluster.client.post(pools, pool('bad', content))
  expect([answer.code, answer.body.reason]).toEqual([422, 'Invalid'])
  expect(answer.body.message).toMatch(message)
})

test('strictly, an unknown field is refused', async () => {
  const answer = await cluster.client.post(
    `${pools}?fieldValidation=Strict`,
    pool('strict', { size: 1, odd: 1 }),
  )
  expect([answer.code, answer.body.message]).toEqual([
    400,
    expect.stringContaining('unknown field "spec.odd"'),
  ])
})

test('a deleted definition takes its objects along', async () => {
  await cluster.client.delete(`${crds}/pools.example.test`)
  while ((await cluster.client.get(pools)).code !== 404)
    await new Promise((resolve) => setTimeout(resolve, 5))
  expect(cluster.kubernetes.snapshot().objects['pools.example.test'] ?? []).toEqual([])
})

test('a definition that is none is refused with its reasons', async () => {
  const bad = {
    ...definition,
    metadata: { name: 'other' },
    spec: { ...definition.spec, versions: [{ name: 'v1', served: true, storage: false }] },
  }
  const { body } = await cluster.client.post(crds, bad)
  expect(body.details.causes.map((cause: { field: string }) => cause.field)).toEqual([
    'metadata.name',
    'spec.versions',
    'spec.versions[0].schema.openAPIV3Schema',
  ])
})
