import { connect } from 'node:http2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from './support/client.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

test('without a client certificate every path is 401', async () => {
  const nobody = createClient(cluster.url, cluster.ca)
  for (const path of ['/version', '/api', '/api/v1/pods']) {
    const { code, body } = await nobody.get(path)
    expect([code, body.reason, body.kind]).toEqual([401, 'Unauthorized', 'Status'])
  }
  nobody.close()
})

test('a certificate outside system:masters is 403', async () => {
  const visitor = await cluster.as('O=system:nodes, CN=system:node:pi-1')
  const { code, body } = await visitor.get('/api/v1/pods')
  expect(code).toBe(403)
  expect(body.message).toContain('User "system:node:pi-1" cannot get path "/api/v1/pods"')
})

test('every O of a certificate is a group', async () => {
  const operator = await cluster.as('O=homerack, O=system:masters, CN=provision')
  expect((await operator.get('/api/v1/namespaces')).code).toBe(200)
})

test('an unknown path is a 404 Status', async () => {
  for (const path of [
    '/api/v1/nonsense',
    '/apis/apps/v9/deployments',
    '/apis/nope',
    '/openapi/v2',
    '/api/v1/pods/a/b/c/d',
  ]) {
    const { code, body } = await cluster.client.get(path)
    expect([path, code, body.reason]).toEqual([path, 404, 'NotFound'])
  }
})

test('HTTP/2 is spoken as well as HTTP/1.1', async () => {
  const session = connect(cluster.url, { ca: cluster.ca, cert: cluster.admin.crt, key: cluster.admin.key })
  const stream = session.request({ ':path': '/version' })
  stream.setEncoding('utf8')
  let text = ''
  for await (const chunk of stream) text += chunk
  expect(JSON.parse(text).gitVersion).toBe('v1.36.3')
  session.close()
})

test('while etcd has no quorum requests are 503 and nothing moves', async () => {
  cluster.kubernetes.setEtcd('down')
  const before = cluster.kubernetes.snapshot().revision
  cluster.kubernetes.setNodeReady('pi-3', false)
  const answers = [
    await cluster.client.get('/api/v1/nodes'),
    await cluster.client.post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'x' },
    }),
  ]
  expect(answers.map(({ code, body }) => [code, body.reason])).toEqual([
    [503, 'ServiceUnavailable'],
    [503, 'ServiceUnavailable'],
  ])
  expect((await cluster.client.get('/livez')).code).toBe(200)
  expect((await cluster.client.get('/readyz')).code).toBe(500)
  expect(cluster.kubernetes.snapshot().revision).toBe(before)
  cluster.kubernetes.setEtcd('up')
  expect((await cluster.client.get('/readyz')).body).toBe('ok')
  await cluster.client.until('/api/v1/nodes/pi-3', (node) =>
    JSON.stringify(node.status).includes('NodeStatusUnknown'),
  )
})

test('bodies that are no objects are refused', async () => {
  const path = '/api/v1/namespaces/default/configmaps'
  const bad: [string, string, number][] = [
    ['{', 'application/json', 400],
    ['[]', 'application/json', 400],
    ['"text"', 'application/json', 400],
    ['{"kind":"ConfigMap"}', 'application/json', 400],
    ['{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}', 'application/json', 400],
    [
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"other"}}',
      'application/json',
      400,
    ],
    ['{"apiVersion":"v1","kind":"ConfigMap","metadata":{"__proto__":{"name":"a"}}}', 'application/json', 400],
    ['a: [', 'application/yaml', 400],
    ['k8s', 'application/vnd.kubernetes.protobuf', 415],
    [
      `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"${'x'.repeat(3_200_000)}"}}`,
      'application/json',
      413,
    ],
  ]
  for (const [body, type, code] of bad) {
    const answer = await cluster.client.send('POST', path, body, { 'content-type': type })
    expect([body.slice(0, 80), answer.code, answer.body.status]).toEqual([body.slice(0, 80), code, 'Failure'])
  }
})
