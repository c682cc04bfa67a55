import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { FaultError } from '@homerack/errors'
import { expect, test } from 'vitest'
import { parseAgentEvents, parseInventory } from '../../src/index.ts'
import { createAllowList } from '../../src/netboot/boards/allow-list.ts'
import { createBoardRegistry } from '../../src/netboot/boards/board-registry.ts'
import { answerDiscover } from '../../src/netboot/dhcp/answer-discover.ts'
import { answerLease } from '../../src/netboot/dhcp/answer-lease.ts'
import { answerPxe } from '../../src/netboot/dhcp/answer-pxe.ts'
import { describeDhcp } from '../../src/netboot/dhcp/describe-dhcp.ts'
import { buildDhcp, parseDhcp } from '../../src/netboot/dhcp/dhcp-packet.ts'
import { piDiscover } from '../../src/netboot/dhcp/pi-identity.ts'
import { negotiate } from '../../src/netboot/tftp/negotiate.ts'
import { createSender } from '../../src/netboot/tftp/sender.ts'
import { buildTftp, describeTftp, parseTftp } from '../../src/netboot/tftp/tftp-packet.ts'
import { createFileFinder } from '../../src/netboot/tree/find-file.ts'
import { seededRandom } from './bad-weather.ts'

// What strangers can send, each with many inputs that are nearly right: an answer, a fault or nothing, never another
// error, never for ever, and no memory kept. HOMERACK_FUZZ=1000000 for a long run, HOMERACK_SEED for other inputs.
const count = Number(process.env.HOMERACK_FUZZ ?? 5000)
const { HOMERACK_SEED = '20261122' } = process.env
const seed = HOMERACK_SEED === 'random' ? Date.now() : Number(HOMERACK_SEED)
const MOST_GROWTH = 8 * 1024 * 1024
const random = seededRandom(seed)
const below = (limit: number): number => Math.floor(random() * limit)
const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T

const board = { name: 'pi-1', serial: 'a1b2c3d4', mac: '2c:cf:67:00:00:01', lease: '192.168.10.51' }
const boards = createAllowList([board])
const server = '192.168.10.250'

/** A copy with up to eight changes: bytes, bits, lengths at their limits, parts moved, an end cut off. */
function changed(base: Buffer): Buffer {
  const bytes = Buffer.from(base)
  for (let changes = below(9); changes > 0; changes--) {
    const at = below(bytes.length)
    const kind = below(4)
    if (kind === 0) bytes[at] = below(256)
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
    else if (kind === 2) bytes[at] = pick([0, 1, 255, 254, 0x80, 52, 43, 97])
    else bytes.copy(bytes, at, below(bytes.length), bytes.length)
  }
  return random() < 0.2 ? bytes.subarray(0, below(bytes.length)) : bytes
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** Bytes that are still in use after the garbage is gone. */
function memory(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Does it often; as much memory is in use at the end as after the first fifth. */
function many(once: () => void): void {
  let early = 0
  for (let i = 0; i < count; i++) {
    if (i === Math.floor(count / 5)) early = memory()
    try {
      once()
    } catch (error) {
      if (!(error instanceof FaultError))
        throw new Error(`input ${i} of HOMERACK_SEED=${seed}`, { cause: error })
    }
  }
  expect(memory() - early).toBeLessThan(MOST_GROWTH)
}

const long = { timeout: 60_000 + count * 5 }

test('DHCP packets, and what is answered', long, () => {
  const firmware = piDiscover({ ...board, revision: 'd04170' }, 7)
  const pxe = { ...firmware, options: new Map([...firmware.options, [97, new Uint8Array(17)] as const]) }
  const request = { ...firmware, ciaddr: board.lease, options: new Map([[53, Uint8Array.of(3)]]) }
  const bases = [firmware, pxe, request].map((packet) => Buffer.from(buildDhcp(packet)))
  const machines = () => ({ kind: 'allowed', board: { name: 'nas', mac: board.mac } }) as const
  const bootFiles = { bios: 'a', 'uefi-x64': 'b', 'uefi-arm64': 'c', ipxe: 'd' }
  const admit = ({ serials, mac }: { serials: readonly string[]; mac: string }) => boards.admit(serials, mac)
  const network = { cidr: '192.168.10.0/24', dns: [] }
  let answered = 0
  many(() => {
    const packet = parseDhcp(changed(pick(bases)))
    if (!packet) return
    expect(describeDhcp(packet)).not.toMatch(/[^\n\x20-\x7e\u00a0-\u00ff]/)
    for (const answer of [
      answerDiscover(packet, { server, admit }),
      answerPxe(packet, pick(['dhcp', 'boot-server']), { server, bootFiles, admit: machines }),
      answerLease(packet, { server, network, boards: [board], admit }),
    ]) {
      if (!('packet' in answer)) continue
      answered += 1
      // What is sent is a whole packet, and no larger than the smallest link takes.
      const reply = buildDhcp(answer.packet)
      expect(parseDhcp(reply)).toBeDefined()
      expect(reply.length).toBeLessThan(1200)
    }
  })
  expect(answered).toBeGreaterThan(count / 10)
})

test('TFTP packets: names, options and acknowledgements', long, () => {
  const options = new Map([
    ['tsize', '0'],
    ['blksize', '1468'],
    ['windowsize', '16'],
    ['timeout', '1'],
  ])
  const name = `${board.serial}/config.txt`
  const bases = [
    buildTftp({ kind: 'read', name, mode: 'octet', options }),
    buildTftp({ kind: 'oack', options }),
    buildTftp({ kind: 'error', code: 0, message: 'Early terminate' }),
    buildTftp({ kind: 'ack', block: 3 }),
    buildTftp({ kind: 'data', block: 1, data: Buffer.from('content') }),
  ].map((bytes) => Buffer.from(bytes))
  const find = createFileFinder(() => new Map([['config.txt', Buffer.alloc(10)]]), boards)
  const file = Buffer.alloc(9000)
  let read = 0
  many(() => {
    const packet = parseTftp(changed(pick(bases)))
    if (!packet) return
    describeTftp(packet)
    if (packet.kind !== 'read') return
    read += 1
    find(packet.name.replace(/^\/+/, ''), '192.168.10.7')
    const terms = negotiate(packet.options, file.length)
    const { start, acknowledge, repeat } = createSender(file, terms)
    const sent = [start(), acknowledge(0), acknowledge(below(4)), acknowledge(below(65536)), repeat()]
    for (const datagrams of sent) {
      expect(datagrams.length).toBeLessThanOrEqual(16)
      for (const datagram of datagrams) expect(datagram.length).toBeLessThanOrEqual(1472)
    }
  })
  expect(read).toBeGreaterThan(count / 30)
})

test('HTTP bodies: inventories and events', long, () => {
  const manifest = { sha256: 'a'.repeat(64), size: 4096, ranges: [] }
  const registry = createBoardRegistry({
    ...{ boards, manifest, url: () => 'http://x', armedFor: 1, now: Date.now },
    emit: () => {},
  })
  const disk = {
    device: '/dev/nvme0n1',
    model: 'm',
    serial: 's',
    size: 1e12,
    sectorSize: 512,
    readOnly: false,
  }
  const partitions = [{ name: 'EFI', type: 'x', size: 1 }]
  const inventory = {
    ...{ serial: board.serial, revision: 'd04170', mac: board.mac, memory: 1, agent: 'a'.repeat(64) },
    disks: [{ ...disk, content: { kind: 'partitioned', label: 'gpt', partitions } }],
  }
  const told = { assignment: 'id', image: 'a'.repeat(64) }
  const numbers = { written: 1, skipped: 2, writeMs: 3, verifyMs: 4, sha256: 'b'.repeat(64) }
  const events = {
    events: [
      { type: 'progress', ...told, phase: 'write', done: 1, total: 2 },
      { type: 'flashed', ...told, ...numbers },
      { type: 'failed', assignment: 'id', fault: { code: 'E_DISK', subject: 'x', cause: 'y' } },
    ],
  }
  const texts = [inventory, events].map((value) => JSON.stringify(value))
  let understood = 0
  many(() => {
    const which = below(2)
    let body: unknown
    try {
      body = JSON.parse(oddValues(changedText(texts[which] ?? '')))
    } catch {
      return
    }
    if (which === 0) registry.onInventory(boards.boards[0]!, server, parseInventory(body))
    else registry.onAgentEvents(boards.boards[0]!, server, parseAgentEvents(body))
    registry.snapshots()
    understood += 1
  })
  expect(understood).toBeGreaterThan(count / 100)
})

/** One value of a JSON text becomes one that is odd. */
function oddValues(text: string): string {
  if (random() < 0.3) return text
  const values = [...text.matchAll(/"(?:[^"\\]|\\.)*"(?!:)|\d+|true|false/g)]
  const value = values[below(values.length)]
  if (!value) return text
  const odd = ['null', '-1', '1e400', '0.5', '9007199254740993', '""', '[]', '{}', '"\\u0000"', '"__proto__"']
  const long = `"${'x'.repeat(5000)}"`
  return `${text.slice(0, value.index)}${pick([...odd, long])}${text.slice(value.index + value[0].length)}`
}

function changedText(text: string): string {
  return random() < 0.7 ? text : changed(Buffer.from(text)).toString('utf8')
}
