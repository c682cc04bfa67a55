import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultsOf } from '@homerack/errors'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import {
  buildDhcp,
  fetchFile,
  type Netboot,
  type NetbootEvent,
  type NetbootOptions,
  OPTION,
  parseDhcp,
  piDiscover,
  serveNetboot,
} from '../../src/netboot/index.ts'
import { openUdp } from '../../src/netboot/network/udp-socket.ts'
import { type ImageManifest, type Inventory, imageDigest } from '../../src/protocol/index.ts'
import { seededBytes } from './bad-weather.ts'

const address = '127.0.0.1'
const pi = { name: 'pi-1', serial: 'a1b2c3d4', mac: '2c:cf:67:00:00:01', revision: 'd04170' }
const image = seededBytes(3_000_000)
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const manifest: ImageManifest = {
  sha256: sha256Of(image),
  size: 8_000_000,
  ranges: [{ start: 0, length: 4096, sha256: 'b'.repeat(64), frame: { offset: 0, length: image.length } }],
}
const agent = Buffer.from('console.log("agent")\n')
const inventory: Inventory = {
  serial: pi.serial,
  revision: pi.revision,
  mac: pi.mac,
  memory: 16e9,
  disks: [],
  agent: sha256Of(agent),
}

let folder: string
let options: NetbootOptions
const open: Netboot[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homerack-netboot-'))
  await writeFile(join(folder, 'image'), image)
  await writeFile(join(folder, 'agent.mjs'), agent)
  await writeFile(join(folder, 'runtime.cpio'), 'node')
  options = {
    listen: { address, tftpPort: 0, dhcpPort: 0, httpPort: 0 },
    advertise: { address, httpPort: 0 },
    mode: 'proxy-dhcp',
    boards: [pi],
    files: { 'kernel_2712.img': seededBytes(20_000, 'kernel') },
    agent: { path: join(folder, 'agent.mjs') },
    runtime: { path: join(folder, 'runtime.cpio') },
    image: { manifest, path: join(folder, 'image') },
    pollMs: 60,
  }
})
afterEach(async () => {
  for (const netboot of open.splice(0)) await netboot.close()
})
afterAll(() => rm(folder, { recursive: true }))

const start = async (changes: Partial<NetbootOptions> = {}) => {
  const netboot = await serveNetboot({ ...options, ...changes })
  open.push(netboot)
  const events: NetbootEvent[] = []
  const reading = (async () => {
    for await (const event of netboot.events) events.push(event)
  })()
  const base = `http://${address}:${netboot.ports.http}`
  const tftp = (name: string) =>
    fetchFile({ server: { address, port: netboot.ports.tftp }, name, probe: true })
  const post = (path: string, body: unknown) =>
    fetch(`${base}/boards/${path}`, { method: 'POST', body: JSON.stringify(body) })
  const seen = (type: NetbootEvent['type']): NetbootEvent[] => events.filter((event) => event.type === type)
  return { netboot, events, reading, base, tftp, post, seen }
}
const codesOf = async (starting: Promise<unknown>): Promise<unknown> =>
  starting.then(
    () => [],
    (error: unknown) => faultsOf(error)?.map(({ code }) => code) ?? error,
  )

test('a board boots, reports, is armed, writes, and is disarmed', async () => {
  const { netboot, base, tftp, post, seen } = await start()
  const client = await openUdp('test', '127.0.0.51', 0)
  client.send(buildDhcp(piDiscover(pi, 7)), netboot.ports.dhcp!, address)
  const [offer] = await once(client, 'message')
  client.close()
  const server = parseDhcp(offer)!.options.get(OPTION.tftpServer)!
  expect(Buffer.from(server).toString()).toBe(address)

  const cmdline = await tftp(`${pi.serial}/cmdline.txt`)
  const text = cmdline.kind === 'file' ? Buffer.from(cmdline.bytes).toString() : ''
  expect(text).toContain(`homerack.agent=${base}/agent.mjs homerack.agent.sha256=${sha256Of(agent)}`)
  expect(text).toContain(`homerack.operator=${base}`)
  expect(await tftp('kernel_2712.img')).toMatchObject({ kind: 'file' })
  expect(netboot.boards()[0]).toMatchObject({ name: 'pi-1', state: { kind: 'booting' }, address })

  expect(text).toContain(
    `homerack.runtime=${base}/runtime.cpio homerack.runtime.sha256=${sha256Of(Buffer.from('node'))}`,
  )
  expect(await (await fetch(`${base}/runtime.cpio`)).text()).toBe('node')
  const bundle = await fetch(`${base}/agent.mjs`)
  expect(await bundle.text()).toBe(agent.toString())
  expect((await fetch(`${base}/boards/${pi.serial}/assignment`)).status).toBe(404)
  expect((await post(`${pi.serial}/inventory`, inventory)).status).toBe(204)
  expect((await fetch(`${base}/boards/${pi.serial}/assignment`)).status).toBe(204)

  const disk = { serial: 'S6XNNS0W103', size: 1e12 }
  const asking = fetch(`${base}/boards/${pi.serial}/assignment`)
  const assignment = netboot.assign(pi.serial, { disk, erase: false })
  expect(await (await asking).json()).toEqual({
    id: assignment.id,
    disk,
    erase: false,
    image: manifest,
    url: `${base}/images/${manifest.sha256}`,
  })
  const told = { assignment: assignment.id, image: manifest.sha256 }
  const numbers = { written: 1, skipped: 2, writeMs: 3, verifyMs: 4, sha256: imageDigest(manifest.ranges) }
  const body = {
    events: [
      { type: 'progress', ...told, phase: 'write', done: 1, total: 2 },
      { type: 'flashed', ...told, ...numbers },
    ],
  }
  expect((await post(`${pi.serial}/events`, body)).status).toBe(204)
  expect(seen('progress')).toMatchObject([{ board: 'pi-1', adopted: false, done: 1 }])
  expect(seen('flashed')).toMatchObject([{ board: 'pi-1', ...numbers }])
  expect(netboot.boards()[0]).toMatchObject({ state: { kind: 'flashed' } })
  expect((await fetch(`${base}/boards/${pi.serial}/assignment`)).status).toBe(204)
  expect(seen('dhcp')).toEqual([{ type: 'dhcp', board: 'pi-1', mac: pi.mac }])
  expect(seen('file').length).toBeGreaterThanOrEqual(3)
})

test('the image comes whole, in ranges and conditionally, to several boards at once', async () => {
  const { base } = await start()
  const url = `${base}/images/${manifest.sha256}`
  const whole = await fetch(url)
  const etag = whole.headers.get('etag') ?? ''
  expect(etag).toBe(`"${manifest.sha256}"`)
  expect(sha256Of(await whole.bytes())).toBe(manifest.sha256)
  const parts = Array.from({ length: 12 }, async (_, i) => {
    const part = await fetch(url, { headers: { range: `bytes=${i * 1000}-${i * 1000 + 1_999_999}` } })
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes ${i * 1000}-${i * 1000 + 1_999_999}/3000000`,
    ])
    expect(Buffer.from(await part.bytes()).equals(image.subarray(i * 1000, i * 1000 + 2_000_000))).toBe(true)
  })
  await Promise.all(parts)
  const status = async (headers: Record<string, string>, method = 'GET'): Promise<number> => {
    const answer = await fetch(url, { headers, method })
    await answer.body?.cancel()
    return answer.status
  }
  expect(await status({ range: 'bytes=3000000-' })).toBe(416)
  expect(await status({ range: 'bytes=0-9', 'if-range': '"another"' })).toBe(200)
  expect(await status({ 'if-none-match': etag })).toBe(304)
  expect(await status({}, 'HEAD')).toBe(200)
  expect(await status({}, 'DELETE')).toBe(405)
  expect((await fetch(`${base}/images/${'0'.repeat(64)}`)).status).toBe(404)
})

test('a client that goes away in the middle of the image is no event', async () => {
  const { netboot, base, seen } = await start()
  const get = request(`${base}/images/${manifest.sha256}`)
  get.on('error', () => {})
  get.end()
  const [answer] = await once(get, 'response')
  answer.destroy()
  await netboot.close()
  expect(seen('warning')).toEqual([])
})

test('unknown boards are listed once and never served', async () => {
  const { netboot, base, tftp, post, events } = await start()
  const stranger = { serial: 'deadbeef', mac: '2c:cf:67:00:00:99', revision: 'd04170' }
  const client = await openUdp('test', '127.0.0.99', 0)
  client.send(buildDhcp(piDiscover(stranger, 1)), netboot.ports.dhcp!, address)
  client.send(buildDhcp(piDiscover(stranger, 2)), netboot.ports.dhcp!, address)
  // An allowed board asks last: its offer is the only answer to all three.
  client.send(buildDhcp(piDiscover(pi, 3)), netboot.ports.dhcp!, address)
  const [first] = await once(client, 'message')
  expect(parseDhcp(first)?.xid).toBe(3)
  client.close()
  expect(await tftp('deadbeef/kernel_2712.img')).toMatchObject({ kind: 'error', code: 1 })
  expect(await tftp('kernel_2712.img')).toMatchObject({ kind: 'error', code: 1 })
  expect((await post('deadbeef/inventory', inventory)).status).toBe(403)
  expect((await fetch(`${base}/boards/deadbeef/assignment`)).status).toBe(403)
  const unknown = events.filter(({ type }) => type === 'unknown-board')
  expect(unknown).toMatchObject([
    { via: 'dhcp', serial: 'deadbeef', mac: '2c:cf:67:00:00:99', address: '127.0.0.99' },
  ])
  expect(netboot.boards()).toHaveLength(1)
})

test('a board that says it is another is refused', async () => {
  const { netboot, post, seen } = await start()
  const foreignMac = { ...inventory, mac: '2c:cf:67:00:00:99' }
  expect((await post(`${pi.serial}/inventory`, foreignMac)).status).toBe(403)
  expect((await post(`${pi.serial}/inventory`, { ...inventory, serial: 'deadbeef' })).status).toBe(400)
  expect(seen('unknown-board')).toMatchObject([{ via: 'http', cause: expect.stringContaining('pi-1') }])
  expect(netboot.boards()[0]).toMatchObject({ state: { kind: 'unseen' } })
})

test.each([
  ['no JSON', 'inventory', '{', 400],
  ['a wrong type', 'inventory', JSON.stringify({ ...inventory, memory: '16' }), 400],
  ['an unknown event', 'events', '{"events":[{"type":"reboot"}]}', 400],
  ['no list', 'events', 'null', 400],
  ['a large body', 'events', `"${'x'.repeat(1_100_000)}"`, 413],
])('hostile input is refused: %s', async (_, path, body, status) => {
  const { netboot, base, events } = await start()
  const post = request(`${base}/boards/${pi.serial}/${path}`, { method: 'POST' })
  post.on('error', () => {})
  post.end(body)
  const [answer] = await once(post, 'response')
  expect(answer.statusCode).toBe(status)
  answer.resume()
  expect(netboot.boards()[0]).toMatchObject({ state: { kind: 'unseen' } })
  expect(events.map(({ type }) => type)).toEqual(['listening'])
})

test.each([
  ['GET', '/'],
  ['GET', '/boards/../../etc/passwd'],
  ['GET', '/boards/a1b2c3d4/inventory'],
  ['POST', '/boards/a1b2c3d4/assignment'],
])('%s %s is nothing', async (method, path) => {
  const { base } = await start()
  const ask = request(base, { method, path })
  ask.end()
  const [answer] = await once(ask, 'response')
  answer.resume()
  expect([404, 405]).toContain(answer.statusCode)
})

test('every port that is taken is named', async () => {
  const { netboot } = await start()
  const { tftp, http } = netboot.ports
  const taken = { address, tftpPort: tftp, httpPort: http, dhcpPort: netboot.ports.dhcp! }
  const codes = await codesOf(serveNetboot({ ...options, listen: taken }))
  expect(codes).toEqual(['E_PORT_IN_USE', 'E_PORT_IN_USE', 'E_PORT_IN_USE'])
})

test('what cannot be served is refused before anything is asked of a board', async () => {
  expect(await codesOf(serveNetboot({ ...options, files: {} }))).toEqual(['E_NETBOOT_FILE_MISSING'])
  expect(await codesOf(serveNetboot({ ...options, agent: { path: join(folder, 'none') } }))).toEqual([
    'E_AGENT_UNREADABLE',
  ])
  const path = join(folder, 'agent.mjs')
  expect(await codesOf(serveNetboot({ ...options, image: { manifest, path } }))).toEqual([
    'E_IMAGE_UNREADABLE',
  ])
})

test('leases: a board of the list gets its address, and its events say so', async () => {
  const leases = { cidr: '192.168.10.0/24', dns: [] }
  expect(await codesOf(serveNetboot({ ...options, mode: 'dhcp' }))).toEqual(['E_DHCP_LEASES'])
  expect(await codesOf(serveNetboot({ ...options, mode: 'dhcp', leases }))).toEqual(['E_DHCP_LEASES'])
  const elsewhere = [{ ...pi, lease: '192.168.11.51' }]
  expect(await codesOf(serveNetboot({ ...options, mode: 'dhcp', leases, boards: elsewhere }))).toEqual([
    'E_DHCP_LEASES',
  ])
  const { netboot, seen } = await start({ mode: 'dhcp', leases, boards: [{ ...pi, lease: '192.168.10.51' }] })
  const client = await openUdp('test', '127.0.0.1', 0)
  client.send(buildDhcp(piDiscover(pi, 1)), netboot.ports.dhcp!, address)
  const [offer] = await once(client, 'message')
  expect(parseDhcp(offer)).toMatchObject({ yiaddr: '192.168.10.51' })
  const request = {
    ...piDiscover(pi, 2),
    ciaddr: '192.168.10.51',
    options: new Map([[53, Uint8Array.of(3)]]),
  }
  client.send(buildDhcp(request), netboot.ports.dhcp!, address)
  await once(client, 'message')
  client.close()
  expect(seen('dhcp')).toEqual([
    { type: 'dhcp', board: 'pi-1', mac: pi.mac },
    { type: 'dhcp', board: 'pi-1', mac: pi.mac, leased: '192.168.10.51' },
  ])
})

test('without DHCP no DHCP port is opened, and an abort closes everything', async () => {
  const abort = new AbortController()
  const { netboot, base, reading, post } = await start({
    mode: 'tftp-address',
    signal: abort.signal,
    pollMs: 60_000,
  })
  expect(netboot.ports).not.toHaveProperty('dhcp')
  await post(`${pi.serial}/inventory`, inventory)
  const held = fetch(`${base}/boards/${pi.serial}/assignment`).then(
    ({ status }) => status,
    () => 'closed',
  )
  await vi.waitFor(() => expect(netboot.boards()[0]).toMatchObject({ state: { kind: 'waiting' } }))
  abort.abort()
  await reading
  expect([204, 'closed']).toContain(await held)
  await expect(fetch(base)).rejects.toThrow()
})
