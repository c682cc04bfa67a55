import { expect, test } from 'vitest'
import { negotiate } from './negotiate.ts'
import { createSender } from './sender.ts'
import { parseTftp, type TftpPacket } from './tftp-packet.ts'

const read = (packets: readonly Uint8Array[]): (TftpPacket | undefined)[] => packets.map(parseTftp)
const blocks = (packets: readonly Uint8Array[]): unknown[] =>
  read(packets).map((packet) => (packet?.kind === 'data' ? packet.block : packet?.kind))
const sender = (bytes: number, asked: Record<string, string>) => {
  const data = Buffer.alloc(bytes, 7)
  return createSender(data, negotiate(new Map(Object.entries(asked)), bytes))
}

test('the OACK waits for ACK 0', () => {
  const { start, acknowledge, repeat, state } = sender(100, { blksize: '64' })
  expect(blocks(start())).toEqual(['oack'])
  expect(acknowledge(1)).toEqual([])
  expect(blocks(repeat())).toEqual(['oack'])
  expect(state()).toBe('offered')
  expect(blocks(acknowledge(0))).toEqual([1])
  expect(blocks(acknowledge(1))).toEqual([2])
  expect(state()).toBe('last-sent')
  expect(acknowledge(2)).toEqual([])
  expect(state()).toBe('done')
})

test('a repeated or stale ACK sends nothing; only the timer repeats', () => {
  const { start, acknowledge, repeat } = sender(2000, {})
  expect(blocks(start())).toEqual([1])
  expect(blocks(acknowledge(1))).toEqual([2])
  expect(acknowledge(1)).toEqual([])
  expect(acknowledge(0)).toEqual([])
  expect(acknowledge(9)).toEqual([])
  expect(blocks(repeat())).toEqual([2])
})

test.each([
  [0, [0]],
  [511, [511]],
  [512, [512, 0]],
  [1024, [512, 512, 0]],
])('%i bytes end with a short block', (bytes, lengths) => {
  const { start, acknowledge } = sender(bytes, {})
  const sent: number[] = []
  let next = start()
  for (let block = 1; next.length > 0; block++) {
    const [packet] = read(next)
    if (packet?.kind === 'data') sent.push(packet.data.length)
    next = acknowledge(block)
  }
  expect(sent).toEqual(lengths)
})

test('block numbers roll over from 65535 to 0', () => {
  const count = 65_540
  const { start, acknowledge, state } = sender(8 * count - 1, { blksize: '8' })
  start()
  let packets = acknowledge(0)
  for (let block = 1; block <= count; block++) {
    expect(Buffer.from(packets[0]!).readUInt16BE(2)).toBe(block & 0xffff)
    packets = acknowledge(block & 0xffff)
  }
  expect(state()).toBe('done')
})

test('a window flows, and an ACK inside it goes on behind that block', () => {
  const { start, acknowledge, repeat } = sender(512 * 9, { windowsize: '4' })
  start()
  expect(blocks(acknowledge(0))).toEqual([1, 2, 3, 4])
  expect(blocks(acknowledge(2))).toEqual([3, 4, 5, 6])
  expect(blocks(acknowledge(6))).toEqual([7, 8, 9, 10])
  expect(blocks(repeat())).toEqual([7, 8, 9, 10])
})
