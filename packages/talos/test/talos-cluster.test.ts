import { Code } from '@connectrpc/connect'
import { faultsOf } from '@homerack/errors'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { parseEndpoint } from '../src/cluster/parse-endpoint.ts'
import { createTalosCluster } from '../src/index.ts'
import { type FakeNode, newPki, type Pki, refuse, type Services, secured } from './support/fake-node.ts'

const open: { close(): unknown }[] = []
let pki: Pki
beforeAll(async () => {
  pki = await newPki()
})
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** An endpoint that says its own name, and counts what reaches it. */
async function endpoint(name: string, version: () => unknown = () => {}) {
  const seen: string[] = []
  const services: Services = {
    machine: {
      version: async (_, { requestHeader }) => {
        seen.push(`version ${requestHeader.get('node')}`)
        await version()
        return { messages: [{ version: { tag: name } }] }
      },
      reboot: (_, { requestHeader }) => {
        seen.push(`reboot ${requestHeader.get('node')}`)
        return { messages: [{}] }
      },
      dmesg: async function* () {
        yield { bytes: new TextEncoder().encode(name) }
      },
    },
  }
  const node = await secured(pki, services, { ip: '127.0.0.1' })
  open.push(node)
  return { ...node, seen, at: `127.0.0.1:${node.port}` }
}

function clusterOf(nodes: (FakeNode & { at: string })[]) {
  const cluster = createTalosCluster({
    endpoints: nodes.map(({ at }) => at),
    credentials: pki.credentials,
    timeoutMs: 2000,
  })
  open.unshift(cluster)
  return cluster
}

test('a read goes to the next endpoint when one is away, and stays with the one that answered', async () => {
  const [a, b] = [await endpoint('a'), await endpoint('b')]
  await a.close()
  const cluster = clusterOf([a, b])
  expect((await cluster.anyone.version()).tag).toBe('b')
  expect((await cluster.node('192.168.10.53').version()).tag).toBe('b')
  expect(cluster.endpoint()).toBe(b.at)
  expect(b.seen).toEqual(['version null', 'version 192.168.10.53'])
})

test('an endpoint that goes silent is left after its deadline, and not asked first again', async () => {
  let silent = false
  const a = await endpoint('a', () => silent && new Promise(() => {}))
  const b = await endpoint('b')
  const cluster = clusterOf([a, b])
  expect((await cluster.anyone.version()).tag).toBe('a')
  silent = true
  expect((await cluster.anyone.version()).tag).toBe('b')
  expect((await cluster.anyone.version()).tag).toBe('b')
  expect(a.seen.length).toBe(2)
})

test('a write is sent once, through an endpoint that was seen to answer', async () => {
  const [a, b] = [await endpoint('a'), await endpoint('b')]
  await a.close()
  const cluster = clusterOf([a, b])
  await cluster.node('pi-3').reboot()
  expect(b.seen).toEqual(['version null', 'reboot pi-3'])
  for await (const line of cluster.anyone.dmesg()) expect(line).toBe('b')
})

test('no endpoint: every one says why', async () => {
  const other = await newPki()
  const silent = await endpoint('a')
  await silent.close()
  const stranger = await secured(other, {}, { ip: '127.0.0.1' })
  const wrong = await secured(pki, {}, { ip: '192.168.10.52' })
  open.push(stranger, wrong)
  const at = (node: FakeNode) => ({ ...node, at: `127.0.0.1:${node.port}` })
  const cluster = clusterOf([silent, at(stranger), at(wrong)])
  const error = await cluster.anyone.version().catch((reason: unknown) => reason)
  expect(faultsOf(error)).toMatchObject([
    { code: 'E_TALOS_NO_ENDPOINT', subject: silent.at, cause: expect.stringContaining('ECONNREFUSED') },
    { code: 'E_TALOS_NO_ENDPOINT', subject: `127.0.0.1:${stranger.port}` },
    { code: 'E_TALOS_NO_ENDPOINT', cause: expect.stringContaining('another node') },
  ])
  await expect(cluster.anyone.reboot()).rejects.toThrow('E_TALOS_NO_ENDPOINT')
  expect(() => clusterOf([])).toThrow('no endpoint is given')
})

test('a node that no endpoint reaches is its own fault, and what a node refuses is not asked twice', async () => {
  const away = () => refuse(Code.Unavailable, 'connection error: i/o timeout')
  const [a, b] = [await endpoint('a', away), await endpoint('b', away)]
  const error = await clusterOf([a, b])
    .node('192.168.10.59')
    .version()
    .catch((reason: unknown) => reason)
  expect(faultsOf(error)).toMatchObject([{ code: 'E_TALOS_UNAVAILABLE', subject: '192.168.10.59' }])
  expect([a.seen.length, b.seen.length]).toEqual([1, 1])
  const denied = await endpoint('c', () => refuse(Code.PermissionDenied, 'no request forwarding'))
  const call = clusterOf([denied, b]).node('pi-1').version()
  await expect(call).rejects.toThrow(/E_TALOS_DENIED/)
  expect(b.seen.length).toBe(1)
})

test('closing leaves no connection behind', async () => {
  const a = await endpoint('a')
  const cluster = clusterOf([a])
  await cluster.anyone.version()
  cluster.close()
  while (a.sockets.size > 0) await new Promise((tick) => setTimeout(tick, 5))
  await expect(cluster.anyone.version()).rejects.toThrow('E_TALOS_CLOSED')
})

test.for([
  ['192.168.10.51', '192.168.10.51', 50_000],
  ['pi-1.home.arpa:6000', 'pi-1.home.arpa', 6000],
  ['fd00::1', 'fd00::1', 50_000],
  ['[fd00::1]:6000', 'fd00::1', 6000],
  ['[fd00::1]', 'fd00::1', 50_000],
] as const)('endpoint %s', ([text, address, port]) => {
  expect(parseEndpoint(text, 50_000)).toEqual({ address, port })
})
