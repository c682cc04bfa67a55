import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPeer } from '@homerack/testbed'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  type KubeconfigOptions,
  mintKubeconfig,
  newSecretsBundle,
  type SecretsBundle,
  talosContract,
} from '../../../src/index.ts'
import { type ApiServer, startApiServer } from './api-server.ts'
import { get } from './get.ts'
import { clientPair } from './server-flags.ts'

const [etcd, apiServer, kubectl] = [findPeer('etcd'), findPeer('kube-apiserver'), findPeer('kubectl')]
const missing = [etcd, apiServer].flatMap((peer) => ('missing' in peer ? [peer.missing] : []))
const contract = talosContract('v1.14')
const day = 86_400_000
let bundle: SecretsBundle
let running: ApiServer | undefined

beforeAll(async () => {
  if ('missing' in etcd || 'missing' in apiServer) return
  bundle = await newSecretsBundle({ contract })
  running = await startApiServer(bundle, { etcd: etcd.path, apiServer: apiServer.path })
}, 180_000)
afterAll(() => running?.stop())
beforeEach((context) => {
  if (missing.length > 0) context.skip(missing.join(', '))
})

const mint = (changes: Partial<KubeconfigOptions> = {}, of = bundle) =>
  mintKubeconfig(of, { name: 'closet', server: running?.url ?? '', ...changes })
const ago = (days: number) => () => new Date(Date.now() - days * day)

test.each([
  ['lists namespaces', '/api/v1/namespaces', 'NamespaceList'],
  ['lists nodes', '/api/v1/nodes', 'NodeList'],
])('the admin kubeconfig %s', async (_, path, kind) => {
  expect(await get(mint(), path)).toMatchObject({ status: 200, body: { kind } })
})

test.each([
  ['expired yesterday', 401, () => mint({ lifetime: day, clock: ago(2) })],
  ['not valid yet', 401, () => mint({ clock: ago(-2) })],
  ['another user without groups', 403, () => mint({ user: 'eve', groups: [] })],
])('%s: %d', async (_, status, kubeconfig) => {
  expect((await get(kubeconfig(), '/api/v1/nodes')).status).toBe(status)
})

test('a kubeconfig of another cluster is rejected, and rejects this server', async () => {
  const foreign = mint({}, await newSecretsBundle({ contract }))
  expect((await get({ ...foreign, ca: bundle.certs.k8s.crt }, '/api/v1/nodes')).status).toBe(401)
  await expect(get(foreign, '/api/v1/nodes')).rejects.toThrow(/certificate/)
})

test('kubectl works with the file', async (context) => {
  if ('missing' in kubectl) return context.skip(kubectl.missing)
  const file = join(running?.folder ?? '', 'kubeconfig')
  await writeFile(file, mint().format().reveal(), { mode: 0o600 })
  const args = ['--kubeconfig', file, 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo}']
  const { stdout } = await promisify(execFile)(kubectl.path, args)
  expect(JSON.parse(stdout)).toMatchObject({
    username: 'admin',
    groups: expect.arrayContaining(['system:masters']),
  })
})

test('the aggregator authority, though nameless, vouches for users', async () => {
  const { crt, key } = clientPair(bundle, 'k8sAggregator', 'front-proxy-client')
  const headers = { 'x-remote-user': 'extension', 'x-remote-group': 'system:masters' }
  expect((await get({ ...mint(), crt, key }, '/api/v1/nodes', { headers })).status).toBe(200)
  const stranger = clientPair(bundle, 'k8s', 'front-proxy-client')
  expect((await get({ ...mint(), ...stranger }, '/api/v1/nodes', { headers })).status).toBe(403)
})

test('the service account key signs tokens that are accepted', async () => {
  const accounts = '/api/v1/namespaces/default/serviceaccounts'
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } }
  expect((await get(mint(), accounts, { body: account })).status).toBe(201)
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
  const { body } = await get(mint(), `${accounts}/robot/token`, { body: request })
  const { token } = body.status as { token: string }
  const as = (bearer: string) =>
    get(mint(), '/api/v1/nodes', { headers: { authorization: `Bearer ${bearer}` } })
  expect(await as(token)).toMatchObject({ status: 403, body: { message: expect.stringContaining('robot') } })
  expect((await as(`${token.slice(0, -4)}AAAA`)).status).toBe(401)
})
