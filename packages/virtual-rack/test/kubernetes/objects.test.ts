import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { deployment, map } from './support/objects.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ nodes: 0 })
  await cluster.client.post('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop' },
  })
})
afterAll(() => cluster.close())

const maps = '/api/v1/namespaces/shop/configmaps'

describe('reading', () => {
  test('lists page by page, select by label and field, and leave kind out of built-in items', async () => {
    for (let i = 0; i < 5; i++)
      await cluster.client.post(maps, map(`page-${i}`, { i: String(i) }, { tier: i % 2 ? 'odd' : 'even' }))
    const names = (body: { items: { metadata: { name: string } }[] }) =>
      body.items.map((item) => item.metadata.name)
    const first = (await cluster.client.get(`${maps}?limit=2&labelSelector=tier`)).body
    expect(names(first)).toEqual(['page-0', 'page-1'])
    expect(first.metadata.remainingItemCount).toBe(3)
    const second = (
      await cluster.client.get(`${maps}?limit=2&labelSelector=tier&continue=${first.metadata.continue}`)
    ).body
    expect(names(second)).toEqual(['page-2', 'page-3'])
    expect(names((await cluster.client.get(`${maps}?labelSelector=tier%3Dodd`)).body)).toEqual([
      'page-1',
      'page-3',
    ])
    expect(names((await cluster.client.get(`${maps}?fieldSelector=metadata.name%3Dpage-2`)).body)).toEqual([
      'page-2',
    ])
    expect(first.kind).toBe('ConfigMapList')
    expect(first.items[0].kind).toBeUndefined()
    expect((await cluster.client.get('/api/v1/configmaps?labelSelector=tier')).body.items).toHaveLength(5)
    expect((await cluster.client.get(`${maps}?continue=rubbish`)).code).toBe(400)
    expect((await cluster.client.get(`${maps}?fieldSelector=data.i%3D1`)).code).toBe(400)
  })

  test('a table is served to those who print', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
    const { body } = await cluster.client.get('/api/v1/namespaces/shop', { accept })
    expect(body.kind).toBe('Table')
    expect(body.rows[0].cells.slice(0, 2)).toEqual(['shop', 'Active'])
  })

  test('metadata alone is served to those who need no more', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'
    const { body } = await cluster.client.get('/api/v1/namespaces', { accept })
    expect(body.kind).toBe('PartialObjectMetadataList')
    expect(Object.keys(body.items[0])).toEqual(['kind', 'apiVersion', 'metadata'])
  })
})

describe('writing', () => {
  test('creates with a generated name, once per name', async () => {
    const made = await cluster.client.post(maps, { ...map(''), metadata: { generateName: 'made-' } })
    expect(made.body.metadata.name).toMatch(/^made-[a-z0-9]{5}$/)
    expect((await cluster.client.post(maps, map('once'))).code).toBe(201)
    const again = await cluster.client.post(maps, map('once'))
    expect([again.code, again.body.reason, again.body.message]).toEqual([
      409,
      'AlreadyExists',
      'configmaps "once" already exists',
    ])
  })

  test('a dry run stores nothing', async () => {
    expect((await cluster.client.post(`${maps}?dryRun=All`, map('dry'))).code).toBe(201)
    expect((await cluster.client.get(`${maps}/dry`)).code).toBe(404)
    expect((await cluster.client.post(`${maps}?dryRun=Some`, map('dry'))).code).toBe(422)
  })

  test('an outdated resourceVersion is a conflict', async () => {
    const { body } = await cluster.client.post(maps, map('versioned', { a: '1' }))
    const next = { ...body, data: { a: '2' } }
    expect((await cluster.client.put(`${maps}/versioned`, next)).code).toBe(200)
    const late = await cluster.client.put(`${maps}/versioned`, next)
    expect([late.code, late.body.reason]).toEqual([409, 'Conflict'])
    expect(late.body.message).toContain('please apply your changes to the latest version and try again')
  })

  test('an update that changes nothing leaves the version alone', async () => {
    const { body } = await cluster.client.post(maps, map('still', { a: '1' }))
    const same = await cluster.client.put(`${maps}/still`, map('still', { a: '1' }))
    expect(same.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion)
  })

  test('generation counts changes of the spec, not of labels or status', async () => {
    const path = '/apis/apps/v1/namespaces/shop/deployments'
    await cluster.client.post(path, deployment('counted'))
    await cluster.client.patch('merge', `${path}/counted`, { metadata: { labels: { a: 'b' } } })
    await cluster.client.patch('merge', `${path}/counted/status`, { status: { replicas: 7 } })
    expect((await cluster.client.get(`${path}/counted`)).body.metadata.generation).toBe(1)
    const scaled = await cluster.client.patch('merge', `${path}/counted/scale`, { spec: { replicas: 3 } })
    expect(scaled.body).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 3 },
      status: { selector: 'app=counted' },
    })
    expect((await cluster.client.get(`${path}/counted`)).body.metadata.generation).toBe(2)
  })

  test('fields that the kind does not have: strict refuses, warn warns and drops', async () => {
    const odd = { ...map('odd'), dta: { a: 'b' } }
    const strict = await cluster.client.post(`${maps}?fieldValidation=Strict`, odd)
    expect([strict.code, strict.body.message]).toEqual([
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
    ])
    const warned = await cluster.client.post(`${maps}?fieldValidation=Warn`, odd)
    expect([warned.code, warned.body.dta]).toEqual([201, undefined])
    expect(warned.headers.warning).toBe('299 - "unknown field \\"dta\\""')
    const nested = deployment('odd')
    Object.assign(nested.spec.template.spec.containers[0]!, { imagee: 'x' })
    const path = '/apis/apps/v1/namespaces/shop/deployments?fieldValidation=Strict'
    expect((await cluster.client.post(path, nested)).body.message).toContain(
      'unknown field "spec.template.spec.containers[0].imagee"',
    )
  })
})

describe('refusals', () => {
  const deployments = '/apis/apps/v1/namespaces/shop/deployments'
  const services = '/api/v1/namespaces/shop/services'
  const port = { ports: [{ port: 80 }] }
  const cases: [why: string, path: string, object: object, code: number, message: RegExp][] = [
    ['missing namespace', '/api/v1/namespaces/none/configmaps', map('a'), 404, /namespaces "none" not found/],
    ['no name', maps, map(''), 422, /metadata.name: Required value/],
    ['bad name', maps, map('Not_DNS'), 422, /RFC 1123 subdomain/],
    [
      'service name from a digit',
      services,
      { apiVersion: 'v1', kind: 'Service', metadata: { name: '1a' }, spec: port },
      422,
      /DNS-1035/,
    ],
    [
      'service without ports',
      services,
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: {} },
      422,
      /spec.ports: Required/,
    ],
    [
      'taken address',
      services,
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'a' },
        spec: { ...port, clusterIP: '10.96.0.1' },
      },
      422,
      /already allocated/,
    ],
    ['bad label', maps, map('a', {}, { 'a b': 'c' }), 422, /metadata.labels/],
    ['label that is no text', maps, map('a', {}, { a: 1 as unknown as string }), 422, /must be a string/],
    ['data that is no text', maps, map('a', { a: 1 as unknown as string }), 422, /data\[a\]/],
    ['a mebibyte too much', maps, map('a', { a: 'x'.repeat(1_048_577) }), 422, /Too long/],
    [
      'annotations beyond 256 KiB',
      maps,
      { ...map('a'), metadata: { name: 'a', annotations: { a: 'x'.repeat(262_144) } } },
      422,
      /annotations: Too long/,
    ],
    [
      'no containers',
      deployments,
      deployment('a', { containers: [] }),
      422,
      /spec.template.spec.containers: Required/,
    ],
    [
      'no image',
      deployments,
      deployment('a', { containers: [{ name: 'a' }] }),
      422,
      /containers\[0\].image: Required/,
    ],
    [
      'selector misses labels',
      deployments,
      deployment('a', {}, { selector: { matchLabels: { app: 'b' } } }),
      422,
      /does not match template/,
    ],
    [
      'negative replicas',
      deployments,
      deployment('a', {}, { replicas: -1 }),
      422,
      /greater than or equal to 0/,
    ],
    ['spec of the wrong type', deployments, { ...deployment('a'), spec: 'x' }, 422, /spec: Invalid value/],
    [
      'mount without volume',
      deployments,
      deployment('a', {
        containers: [{ name: 'a', image: 'a', volumeMounts: [{ name: 'x', mountPath: '/x' }] }],
      }),
      422,
      /volumeMounts\[0\].name: Not found: "x"/,
    ],
    [
      'bad quantity',
      deployments,
      deployment('a', { containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: 'much' } } }] }),
      422,
      /quantities must match/,
    ],
    [
      'unknown service account',
      '/api/v1/namespaces/shop/pods',
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { serviceAccountName: 'x', containers: [{ name: 'a', image: 'a' }] },
      },
      403,
      /serviceaccount "x" not found/,
    ],
  ]
  test.each(cases)('%s', async (_, path, object, code, message) => {
    const answer = await cluster.client.post(path, object)
    expect([answer.code, answer.body.kind, answer.body.status]).toEqual([code, 'Status', 'Failure'])
    expect(answer.body.message).toMatch(message)
  })

  test('all causes are told at once, each with its field', async () => {
    const { body } = await cluster.client.post(
      deployments,
      deployment('a', { containers: [{ name: 'a' }, { name: 'a' }] }),
    )
    expect(body.details.causes.map((cause: { field: string }) => cause.field)).toEqual([
      'spec.template.spec.containers[0].image',
      'spec.template.spec.containers[1].image',
      'spec.template.spec.containers[1].name',
    ])
    expect(body.details).toMatchObject({ group: 'apps', kind: 'Deployment', name: 'a' })
  })
})

describe('immutable fields', () => {
  const cases: [kind: string, path: string, object: object, change: object, message: RegExp][] = [
    [
      'Deployment selector',
      '/apis/apps/v1/namespaces/shop/deployments',
      deployment('fixed'),
      {
        spec: { selector: { matchLabels: { more: 'x' } }, template: { metadata: { labels: { more: 'x' } } } },
      },
      /spec.selector: Invalid value: .*field is immutable/,
    ],
    [
      'Service address',
      '/api/v1/namespaces/shop/services',
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'fixed' }, spec: { ports: [{ port: 80 }] } },
      { spec: { clusterIP: '10.96.77.77' } },
      /spec.clusterIPs\[0\]: Invalid value: .*may not change once set/,
    ],
    [
      'Job template',
      '/apis/batch/v1/namespaces/shop/jobs',
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'fixed' },
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } },
      },
      { spec: { template: { spec: { restartPolicy: 'OnFailure' } } } },
      /spec.template: Invalid value: .*field is immutable/,
    ],
    [
      'claim',
      '/api/v1/namespaces/shop/persistentvolumeclaims',
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'fixed' },
        spec: {
          storageClassName: 'x',
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
        },
      },
      { spec: { accessModes: ['ReadWriteMany'] } },
      /spec is immutable after creation/,
    ],
    [
      'StatefulSet service name',
      '/apis/apps/v1/namespaces/shop/statefulsets',
      { ...deployment('fixed', {}, { serviceName: 'a' }), kind: 'StatefulSet' },
      { spec: { serviceName: 'b' } },
      /updates to statefulset spec for fields other than 'replicas'/,
    ],
    [
      'role of a binding',
      '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings',
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'fixed' },
        roleRef: { kind: 'Role', name: 'a' },
      },
      { roleRef: { name: 'b' } },
      /roleRef: Invalid value/,
    ],
    [
      'frozen map',
      maps,
      { ...map('fixed', { a: '1' }), immutable: true },
      { data: { a: '2' } },
      /field is immutable when `immutable` is set/,
    ],
  ]
  test.each(cases)('%s', async (_, path, object, change, message) => {
    expect((await cluster.client.post(path, object)).code).toBe(201)
    const answer = await cluster.client.patch('merge', `${path}/fixed`, change)
    expect([answer.code, answer.body.reason]).toEqual([422, 'Invalid'])
    expect(answer.body.message).toMatch(message)
  })
})
