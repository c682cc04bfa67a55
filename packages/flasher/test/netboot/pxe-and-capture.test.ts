import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultsOf } from '@homerack/errors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  buildDhcp,
  type DhcpPacket,
  fetchFile,
  type NetbootEvent,
  type NetbootOptions,
  openCapture,
  parseDhcp,
  piDiscover,
  serveNetboot,
} from '../../src/index.ts'
import { openUdp } from '../../src/netboot/network/udp-socket.ts'

const address = '127.0.0.1'
const pi = { name: 'pi-1', serial: 'a1b2c3d4', mac: '2c:cf:67:00:00:01', revision: 'd04170' }
const loader = Buffer.alloc(20_000, 'efi')
const image = Buffer.alloc(5000, 7)
let folder: string
let options: NetbootOptions
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homerack-pxe-'))
  const put = async (name: string, bytes: Uint8Array) => {
    await writeFile(join(folder, name), bytes)
    return join(folder, name)
  }
  const path = await put('image', image)
  const sha256 = hash('sha256', image)
  const frame = { offset: 0, length: image.length }
  const ranges = [{ start: 0, length: 4096, sha256, frame }]
  options = {
    listen: { address, tftpPort: 0, dhcpPort: 0, httpPort: 0 },
    advertise: { address, httpPort: 0 },
    mode: 'proxy-dhcp',
    boards: [pi],
    files: { 'kernel_2712.img': Buffer.alloc(100) },
    agent: { path: await put('agent.mjs', Buffer.from('1')) },
    image: { manifest: { sha256, size: 8_000_000, ranges }, path },
    pxe: {
      machines: [{ name: 'nas', mac: '52:54:00:12:34:56' }],
      bootFiles: { 'uefi-arm64': await put('arm64.efi', loader) },
      port: 0,
    },
    capture: join(folder, 'seen.pcap'),
  }
})
afterAll(() => rm(folder, { recursive: true }))

const pxe = (type: number, mac = '525400123456'): DhcpPacket => ({
  ...piDiscover(pi, 7),
  chaddr: new Uint8Array(Buffer.from(mac, 'hex')),
  options: new Map([
    [53, Uint8Array.of(type)],
    [60, new Uint8Array(Buffer.from('PXEClient:Arch:00011:UNDI:003000'))],
    [93, Uint8Array.of(0, 11)],
  ]),
})

async function ask(packet: DhcpPacket, port: number): Promise<DhcpPacket | undefined> {
  const socket = await openUdp('test', address, 0)
  try {
    socket.send(buildDhcp(packet), port, address)
    const [datagram] = await once(socket, 'message', { signal: AbortSignal.timeout(1000) })
    return parseDhcp(datagram)
  } catch {
    return undefined
  } finally {
    socket.close()
  }
}

test('a machine on the list boots by PXE, its file is there from then on; what was seen is captured', async () => {
  const netboot = await serveNetboot(options)
  const events: NetbootEvent[] = []
  const reading = (async () => {
    for await (const event of netboot.events) events.push(event)
  })()
  const { tftp = 0, dhcp = 0, pxe: bootServer = 0 } = netboot.ports
  const fetched = () => fetchFile({ server: { address, port: tftp }, name: 'arm64.efi' })

  expect(await ask(pxe(1, '525400000000'), dhcp)).toBeUndefined()
  expect(await fetched()).toMatchObject({ kind: 'error', code: 1 })
  expect(await ask(pxe(1), dhcp)).toMatchObject({ file: 'arm64.efi', yiaddr: '0.0.0.0' })
  expect((await ask(pxe(3), bootServer))?.options.get(53)).toEqual(Uint8Array.of(5))
  const file = await fetched()
  expect(file.kind === 'file' && loader.equals(file.bytes)).toBe(true)
  expect(await ask(piDiscover(pi, 8), dhcp)).toMatchObject({ file: '' })
  await netboot.close()
  await reading
  expect(events).toContainEqual({ type: 'dhcp', board: 'nas', mac: '52:54:00:12:34:56' })
  expect(events).toContainEqual(expect.objectContaining({ type: 'unknown-board', mac: '52:54:00:00:00:00' }))

  const packets = readPcap(await readFile(join(folder, 'seen.pcap')))
  const dhcpReplies = packets.filter(({ from, data }) => from === dhcp && data[0] === 2)
  expect(dhcpReplies.map(({ data }) => parseDhcp(data)?.xid)).toEqual([7, 8])
  const requests = packets.filter(
    ({ to, data }) => to === tftp && data.toString('latin1').includes('arm64.efi'),
  )
  expect(requests).toHaveLength(2)
  const blocks = packets.filter(({ data }) => data.readUInt16BE(0) === 3)
  expect(blocks.reduce((sum, { length }) => sum + length - 4, 0)).toBe(loader.length)
})

/** Packets of a pcap file: ports, the UDP data kept of them, and how much there was. */
function readPcap(file: Buffer) {
  expect(file.toString('hex', 0, 4)).toBe('d4c3b2a1')
  const packets = []
  for (let at = 24; at < file.length; ) {
    const kept = file.readUInt32LE(at + 8)
    const ip = file.subarray(at + 16, at + 16 + kept)
    const [from, to, length] = [ip.readUInt16BE(20), ip.readUInt16BE(22), ip.readUInt16BE(24) - 8]
    packets.push({ from, to, length, data: ip.subarray(28) })
    at += 16 + kept
  }
  return packets
}

test('tcpdump reads the capture, and finds its checksums right', (ctx) => {
  let text: string
  try {
    text = execFileSync('tcpdump', ['-vv', '-n', '-r', join(folder, 'seen.pcap')], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return ctx.skip('tcpdump is not on this machine: apt-get install tcpdump')
  }
  expect(text).toContain('127.0.0.1')
  expect(text).toMatch(/UDP, length \d+/)
  expect(text).not.toMatch(/bad cksum|truncated|invalid/)
})

test('without the option other PXE clients stay unanswered', async () => {
  const { pxe: _, capture: __, ...piOnly } = options
  const netboot = await serveNetboot(piOnly)
  expect(netboot.ports).not.toHaveProperty('pxe')
  expect(await ask(pxe(1), netboot.ports.dhcp ?? 0)).toBeUndefined()
  await netboot.close()
})

test('a capture that cannot be written, and a boot file that cannot be read, are faults; no port stays open', async () => {
  const codes = async (changes: Partial<NetbootOptions>) =>
    serveNetboot({ ...options, ...changes }).then(
      () => [],
      (error) => faultsOf(error)?.map(({ code }) => code),
    )
  expect(await codes({ capture: join(folder, 'none/seen.pcap') })).toEqual(['E_CAPTURE'])
  const missing = { machines: [], bootFiles: { bios: join(folder, 'none') } }
  expect(await codes({ pxe: missing })).toEqual(['E_NETBOOT_FILE_UNREADABLE'])
  const capture = await openCapture(join(folder, 'empty.pcap'))
  await capture.close()
  expect((await readFile(join(folder, 'empty.pcap'))).length).toBe(24)
})
