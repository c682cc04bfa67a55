import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createSecureServer } from 'node:http2'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Code } from '@connectrpc/connect'
import { faultsOf } from '@homerack/errors'
import { afterEach, expect, test } from 'vitest'
import {
  createTalosClient,
  probeTalos,
  type TalosClient,
  type TalosClientOptions,
  talosStatusOf,
} from '../src/index.ts'
import { newAuthority, newLeaf } from './support/certificates.ts'
import {
  address,
  type FakeNode,
  listen,
  maintenance,
  newPki,
  refuse,
  relabel,
  type Services,
  secured,
} from './support/fake-node.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})
const kept = <T extends { close(): unknown }>(each: T): T => {
  open.unshift(each)
  return each
}
const clientFor = (
  node: FakeNode,
  options: Pick<TalosClientOptions, 'credentials'> & Partial<TalosClientOptions>,
): TalosClient => kept(createTalosClient({ ...node.target, ...options }))

const version: Services = {
  machine: {
    version: () => ({ messages: [{ version: { tag: 'v1.13.9', arch: 'arm64' }, features: { rbac: true } }] }),
  },
}
const codeOf = async (call: Promise<unknown>) =>
  call.then(
    () => 'fulfilled',
    (error: unknown) =>
      faultsOf(error)
        ?.map(({ code }) => code)
        .join() ?? error,
  )

test('mTLS by IP address with Ed25519 keys under the label that Talos writes', async () => {
  const pki = await newPki()
  const client = clientFor(kept(await secured(pki, version)), { credentials: pki.credentials })
  expect(await client.version()).toMatchObject({ tag: 'v1.13.9', arch: 'arm64', rbac: true })
})

test('maintenance mode: no client certificate, fingerprint of the public key, pinned or not', async () => {
  const node = kept(await maintenance(version))
  const fingerprint = createHash('sha256').update(node.spki).digest('base64')
  for (const pin of [{}, { fingerprint }]) {
    const client = clientFor(node, { credentials: { maintenance: pin } })
    expect((await client.version()).tag).toBe('v1.13.9')
    expect(client.fingerprint()).toBe(fingerprint)
  }
})

test('a node with another fingerprint gets nothing', async () => {
  let calls = 0
  const node = kept(
    await maintenance({
      machine: {
        applyConfiguration: () => {
          calls++
          return { messages: [{}] }
        },
      },
    }),
  )
  const client = clientFor(node, { credentials: { maintenance: { fingerprint: 'AAAA' } } })
  const applied = client.applyConfiguration({ config: 'secret', mode: 'auto' })
  await expect(applied).rejects.toThrow(/E_TALOS_TLS.*expected AAAA/s)
  expect(calls).toBe(0)
})

test.for([
  ['another CA', 'E_TALOS_TLS', async () => ({ mine: await newPki(), leaf: {} })],
  [
    'an expired certificate',
    'E_TALOS_TLS',
    async () => ({ leaf: { notAfter: new Date(Date.now() - 1000) } }),
  ],
  ['the certificate of another node', 'E_TALOS_OTHER_NODE', async () => ({ leaf: { ip: '192.168.10.52' } })],
] as const)('a server with %s is not trusted: %s', async ([, code, prepare]) => {
  const pki = await newPki()
  const { mine = pki, leaf }: { mine?: typeof pki; leaf: { ip?: string; notAfter?: Date } } = await prepare()
  const client = clientFor(kept(await secured(pki, version, leaf)), { credentials: mine.credentials })
  expect(await codeOf(client.version())).toBe(code)
})

test('an expired client certificate is not even shown', async () => {
  const pki = await newPki()
  const { crt, key } = await newLeaf(pki.ca, { subject: 'O=os:admin', notAfter: new Date(Date.now() - 1000) })
  const node = kept(await secured(pki, version))
  const client = clientFor(node, { credentials: { ca: pki.ca.crt, crt, key: { reveal: () => key } } })
  expect(await codeOf(client.version())).toBe('E_TALOS_EXPIRED')
  expect(node.sockets.size).toBe(0)
})

test.for(['TLSv1.2', 'TLSv1.3'] as const)(
  'a missing client certificate shows as TLS alert: %s',
  async (protocol) => {
    const pki = await newPki()
    const { crt, key } = await newLeaf(pki.ca, { subject: 'CN=pi-1', ip: address })
    const tls = { cert: crt, key: relabel(key), ca: pki.ca.crt, requestCert: true, rejectUnauthorized: true }
    const node = kept(
      await listen(createSecureServer({ ...tls, minVersion: protocol, maxVersion: protocol })),
    )
    const call = clientFor(node, { credentials: { maintenance: {} } }).version()
    await expect(call).rejects.toThrow(/E_TALOS_TLS .*refuses our client certificate/)
    expect(await probeTalos(node.target)).toBe('secured')
  },
)

test('a node that hangs up on our certificate is unreachable, not silent', async () => {
  const pki = await newPki()
  const { crt, key } = await newLeaf(await newAuthority('another'), { subject: 'O=os:admin' })
  const node = kept(await secured(pki, version))
  const client = clientFor(node, { credentials: { ca: pki.ca.crt, crt, key: { reveal: () => key } } })
  expect(await codeOf(client.version())).toBe('E_TALOS_UNREACHABLE')
})

test('credentials that cannot be used are refused before anything is dialled', async () => {
  const { credentials } = await newPki()
  const other = await newPki()
  for (const key of ['no key', other.client.key]) {
    const broken = { ...credentials, key: { reveal: () => key } }
    expect(() => createTalosClient({ address, credentials: broken })).toThrow('E_TALOS_CREDENTIALS')
  }
})

test('nobody there', async () => {
  const node = await maintenance({})
  await node.close()
  const client = clientFor(node, { credentials: { maintenance: {} } })
  expect(await codeOf(client.version())).toBe('E_TALOS_UNREACHABLE')
  expect(await probeTalos(node.target)).toBe('absent')
})

test('a peer that accepts and stays silent runs into the deadline, and leaves no socket behind', async () => {
  const sockets = new Set<import('node:net').Socket>()
  const server = createServer((socket) => {
    sockets.add(
      socket
        .resume()
        .on('close', () => sockets.delete(socket))
        .on('error', () => {}),
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  kept({ close: () => new Promise((done) => server.close(done)) })
  const { port } = server.address() as import('node:net').AddressInfo
  const client = createTalosClient({
    address: '127.0.0.1',
    port,
    credentials: { maintenance: {} },
    timeoutMs: 100,
  })
  expect(await codeOf(client.version())).toBe('E_TALOS_DEADLINE')
  client.close()
  expect(await probeTalos({ address: '127.0.0.1', port, timeoutMs: 100 })).toBe('absent')
  while (sockets.size > 0) await sleep(5)
})

test('probe tells maintenance from secured', async () => {
  const pki = await newPki()
  expect(await probeTalos(kept(await maintenance({})).target)).toBe('maintenance')
  expect(await probeTalos(kept(await secured(pki, {})).target)).toBe('secured')
  const aborted = AbortSignal.abort(new Error('enough'))
  await expect(async () => probeTalos({ address, signal: aborted })).rejects.toThrow('enough')
})

test('the connection is opened again after the node was away, and gone after close', async () => {
  const pki = await newPki()
  const node = kept(await secured(pki, version))
  const client = clientFor(node, { credentials: pki.credentials })
  await client.version()
  for (const socket of node.sockets) socket.destroy()
  while (node.sockets.size > 0) await sleep(5)
  expect((await client.version()).tag).toBe('v1.13.9')
  expect(node.sockets.size).toBe(1)
  client.close()
  while (node.sockets.size > 0) await sleep(5)
  expect(await codeOf(client.version())).toBe('E_TALOS_CLOSED')
})

test('nothing keeps a process alive after close', async () => {
  const node = kept(
    await maintenance({
      machine: {
        ...version.machine,
        events: async function* (_, { signal }) {
          yield { id: '1' }
          await new Promise((done) => signal.addEventListener('abort', done))
        },
      },
    }),
  )
  const script = new URL('support/call-and-close.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=source',
    script,
    String(node.port),
  ])
  expect(stdout).toBe('v1.13.9 other\n')
})

test.for([
  [Code.PermissionDenied, 'not authorized', 'E_TALOS_DENIED', 'PermissionDenied'],
  [Code.FailedPrecondition, 'time is not in sync yet', 'E_TALOS_TIME_NOT_IN_SYNC', 'FailedPrecondition'],
  [Code.FailedPrecondition, 'bootstrap is not available yet', 'E_TALOS_NOT_READY', 'FailedPrecondition'],
  [Code.FailedPrecondition, 'something else', 'E_TALOS_PRECONDITION', 'FailedPrecondition'],
  [Code.AlreadyExists, 'etcd data directory is not empty', 'E_TALOS_ALREADY_BOOTSTRAPPED', 'AlreadyExists'],
  [Code.Unavailable, 'etcd is down', 'E_TALOS_UNAVAILABLE', 'Unavailable'],
  [Code.InvalidArgument, 'bad', 'E_TALOS_INVALID', 'InvalidArgument'],
  [Code.Unimplemented, 'no', 'E_TALOS_UNIMPLEMENTED', 'Unimplemented'],
  [Code.Unknown, 'what', 'E_TALOS_FAILED', 'Unknown'],
] as const)('gRPC status %s "%s" is %s', async ([code, message, fault, status]) => {
  const node = kept(await maintenance({ machine: { bootstrap: () => refuse(code, message) } }))
  const error = await clientFor(node, { credentials: { maintenance: {} } })
    .bootstrap()
    .catch((reason) => reason)
  expect(faultsOf(error)).toMatchObject([
    { code: fault, subject: address, cause: `Bootstrap: ${message} (${status})` },
  ])
  expect(talosStatusOf(error)).toBe(status)
})

test('reads are tried again while the node is unavailable, writes are not', async () => {
  const calls = { version: 0, reboot: 0 }
  const node = kept(
    await maintenance({
      machine: {
        version: () => (++calls.version < 3 ? refuse(Code.Unavailable, 'soon') : { messages: [{}] }),
        reboot: () => {
          calls.reboot++
          return refuse(Code.Unavailable, 'soon')
        },
      },
    }),
  )
  const client = clientFor(node, { credentials: { maintenance: {} } })
  expect(await codeOf(client.version())).toBe('fulfilled')
  expect(await codeOf(client.reboot())).toBe('E_TALOS_UNAVAILABLE')
  expect(calls).toEqual({ version: 3, reboot: 1 })
})
