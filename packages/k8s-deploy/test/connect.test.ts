import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { faultsOf } from '@homerack/errors'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { type Cluster, connectCluster, statusOf } from '../src/index.ts'
import { type Authority, createAuthority, kubeconfigFor, type Pair } from './certificates.ts'
import { createVirtualCluster, rackAddress } from './virtual-cluster.ts'

let authority: Authority
let admin: Pair
beforeAll(async () => {
  authority = await createAuthority()
  admin = await authority.issue('CN=admin,O=system:masters')
})

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** An HTTPS server that is no Kubernetes; `/version` works. */
async function serve(handler: Handler, addresses = [rackAddress], notAfter?: Date) {
  const { crt, key } = await authority.issue('CN=server', { addresses, ...(notAfter ? { notAfter } : {}) })
  const server = createServer({ cert: crt, key }, (request, response) => {
    if (request.url === '/version') response.end('{}')
    else handler(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  return { server, port: (server.address() as AddressInfo).port }
}

async function connect(port: number, options: { ca?: string; user?: Pair } = {}): Promise<Cluster> {
  const kubeconfig = kubeconfigFor(
    `https://${rackAddress}:${port}`,
    options.ca ?? authority.crt,
    options.user ?? admin,
  )
  const cluster = await connectCluster({ kubeconfig, resolve: () => '127.0.0.1' })
  cleanups.push(() => cluster.close())
  return cluster
}

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'no fault',
    (error: unknown) => faultsOf(error)?.[0]?.code,
  )
const yesterday = new Date(Date.now() - 86_400_000)

test('the server is dialled where resolve says, and verified as the kubeconfig names it', async () => {
  const hello: Handler = (_, response) => response.end('{"hello":1}')
  const { port } = await serve(hello)
  expect(await (await connect(port)).request('GET', '/x')).toEqual({ hello: 1 })
  expect(await code(connect((await serve(hello, ['127.0.0.1'])).port))).toBe('E_CLUSTER_CERTIFICATE')
  expect(await code(connect((await serve(hello, [rackAddress], yesterday)).port))).toBe(
    'E_CLUSTER_CERTIFICATE',
  )
  expect(await code(connect(port, { ca: (await createAuthority()).crt }))).toBe('E_CLUSTER_CERTIFICATE')
  const other = await authority.issue('CN=other')
  expect(await code(connect(port, { user: { ...admin, key: other.key } }))).toBe('E_KUBECONFIG')
})

test('the kubeconfig decides who one is', async () => {
  const virtual = await createVirtualCluster()
  cleanups.push(() => virtual.close())
  const config = JSON.parse(virtual.kubeconfig)
  const as = async (pair: Pair) => {
    config.users[0].user = {
      'client-certificate-data': Buffer.from(pair.crt).toString('base64'),
      'client-key-data': Buffer.from(pair.key).toString('base64'),
    }
    const cluster = await connectCluster({
      kubeconfig: { reveal: () => JSON.stringify(config) },
      resolve: () => '127.0.0.1',
    })
    cleanups.push(() => cluster.close())
    return cluster.request('GET', '/api/v1/nodes')
  }
  expect(await code(as(admin))).toBe('E_CLUSTER_UNAUTHORIZED')
  expect(
    await code(as(await virtual.authority.issue('CN=admin,O=system:masters', { notAfter: yesterday }))),
  ).toBe('E_CLUSTER_UNAUTHORIZED')
  expect(await code(as(await virtual.authority.issue('CN=guest')))).toBe('E_FORBIDDEN')
})

test('a server that is busy is asked again when it says so', async () => {
  const times: number[] = []
  const { port } = await serve((_, response) => {
    times.push(performance.now())
    if (times.length > 2) return response.end('{"ok":true}')
    response
      .writeHead(times.length === 1 ? 429 : 503, { 'retry-after': times.length === 1 ? '1' : '0' })
      .end('{}')
  })
  expect(await (await connect(port)).request('GET', '/x')).toEqual({ ok: true })
  expect(Number(times[1]) - Number(times[0])).toBeGreaterThan(900)
})

test.each([
  [401, 'E_CLUSTER_UNAUTHORIZED'],
  [403, 'E_FORBIDDEN'],
  [404, 'E_NOT_FOUND'],
  [409, 'E_CONFLICT'],
  [410, 'E_EXPIRED'],
  [413, 'E_OBJECT_TOO_LARGE'],
  [422, 'E_OBJECT_INVALID'],
  [500, 'E_CLUSTER_ERROR'],
])('an answer of %d is %s, and carries what the server said', async (status, expected) => {
  const body = {
    kind: 'Status',
    code: status,
    reason: 'Because',
    message: 'no',
    details: { causes: [{ field: 'a.b' }] },
  }
  const { port } = await serve((_, response) => response.writeHead(status).end(JSON.stringify(body)))
  const error = await (await connect(port)).request('GET', '/x').catch((thrown: unknown) => thrown)
  expect(faultsOf(error)).toMatchObject([{ code: expected, cause: 'no' }])
  expect(statusOf(error)).toMatchObject({ code: status, reason: 'Because', causes: [{ field: 'a.b' }] })
})

test.each<[string, Handler, string]>([
  ['no JSON', (_, response) => response.end('<html>'), 'E_CLUSTER_ERROR'],
  ['a bad gateway', (_, response) => response.writeHead(502).end('Bad Gateway'), 'E_CLUSTER_ERROR'],
  ['a connection that breaks', (request) => request.socket.destroy(), 'E_CLUSTER_UNREACHABLE'],
  [
    'half an answer',
    (_, response) =>
      response.writeHead(200, { 'content-length': '100' }).write('{"a":', () => response.destroy()),
    'E_CLUSTER_UNREACHABLE',
  ],
  [
    'a long time of being busy',
    (_, response) => response.writeHead(503, { 'retry-after': '3600' }).end(),
    'E_CLUSTER_UNAVAILABLE',
  ],
])('%s is a fault', async (_, handler, expected) => {
  const { port } = await serve(handler)
  expect(await code((await connect(port)).request('GET', '/x'))).toBe(expected)
})

test('a server that is not there is told at once, or waited for with patience', async () => {
  const { server, port } = await serve((_, response) => response.end('{"ok":true}'))
  const cluster = await connect(port)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect(await code(cluster.request('GET', '/x'))).toBe('E_CLUSTER_UNREACHABLE')
  const patient = cluster.request('GET', '/x', { patience: 20_000 })
  setTimeout(() => server.listen(port, '127.0.0.1'), 300)
  expect(await patient).toEqual({ ok: true })
})

test('a kept connection that the server has closed is no fault', async () => {
  const { server, port } = await serve((_, response) => response.end('{"ok":true}'))
  const cluster = await connect(port)
  for (let i = 0; i < 5; i++) {
    expect(await cluster.request('GET', '/x')).toEqual({ ok: true })
    server.closeIdleConnections()
  }
})

test('an abort ends a request that hangs, with its reason', async () => {
  const { port } = await serve(() => {})
  const stop = new AbortController()
  const hanging = (await connect(port)).request('GET', '/x', { signal: stop.signal })
  setTimeout(() => stop.abort('enough'), 50)
  await expect(hanging).rejects.toBe('enough')
})
