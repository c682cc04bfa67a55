import fc from 'fast-check'
import { expect, test } from 'vitest'
import { negotiate } from './negotiate.ts'
import { buildTftp, describeTftp, parseTftp, type TftpPacket } from './tftp-packet.ts'

const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex')

test.each<[string, TftpPacket, string]>([
  [
    `0001${hexOf('9ffefdef/config.txt\0octet\0tsize\x000\0blksize\x001468\0')}`,
    {
      kind: 'read',
      name: '9ffefdef/config.txt',
      mode: 'octet',
      options: new Map([
        ['tsize', '0'],
        ['blksize', '1468'],
      ]),
    },
    'read "9ffefdef/config.txt" octet tsize=0 blksize=1468',
  ],
  [
    `0002${hexOf('a\0octet\0')}`,
    { kind: 'write', name: 'a', mode: 'octet', options: new Map() },
    'write "a" octet',
  ],
  ['0003ffff6869', { kind: 'data', block: 65535, data: Buffer.from('hi') }, 'data 65535, 2 bytes'],
  ['00040001', { kind: 'ack', block: 1 }, 'ack 1'],
  [
    `00050000${hexOf('Early terminate\0')}`,
    { kind: 'error', code: 0, message: 'Early terminate' },
    'error 0 "Early terminate"',
  ],
  [`0006${hexOf('tsize\x0012\0')}`, { kind: 'oack', options: new Map([['tsize', '12']]) }, 'oack tsize=12'],
])('%s', (bytes, packet, words) => {
  expect(Buffer.from(buildTftp(packet)).toString('hex')).toBe(bytes)
  expect(parseTftp(Buffer.from(bytes, 'hex'))).toEqual(packet)
  expect(describeTftp(packet)).toBe(words)
})

test.each([
  ['nothing', ''],
  ['an unknown opcode', '00090000'],
  ['a name without its end', `0001${hexOf('name')}`],
  ['no mode', `0001${hexOf('name\0')}`],
  ['an empty name', `0001${hexOf('\0octet\0')}`],
  ['an option without a value', `0001${hexOf('name\0octet\0tsize\0')}`],
  ['half an ACK', '000400'],
])('no packet: %s', (_, bytes) => {
  expect(parseTftp(Buffer.from(bytes, 'hex'))).toBeUndefined()
})

test('modes and options are read in any case, and the first of two counts', () => {
  const packet = parseTftp(Buffer.from('\0\x01f\0OCTET\0BlkSize\x00512\0blksize\x008\0', 'latin1'))
  expect(packet).toMatchObject({ mode: 'octet', options: new Map([['blksize', '512']]) })
})

const word = fc.stringMatching(/^[!-~]{1,20}$/)
const options = fc
  .dictionary(
    word.map((name) => name.toLowerCase()),
    word,
  )
  .map((all) => new Map(Object.entries(all)))
const u16 = fc.nat(0xffff)
const packets: fc.Arbitrary<TftpPacket> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('read', 'write'),
    name: word,
    mode: word.map((mode) => mode.toLowerCase()),
    options,
  }),
  fc.record({
    kind: fc.constant('data'),
    block: u16,
    data: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  }),
  fc.record({ kind: fc.constant('ack'), block: u16 }),
  fc.record({ kind: fc.constant('error'), code: u16, message: word }),
  fc.record({ kind: fc.constant('oack'), options: options.filter(({ size }) => size > 0) }),
)

test('what was written is read back the same', () => {
  fc.assert(fc.property(packets, (packet) => void expect(parseTftp(buildTftp(packet))).toEqual(packet)))
})

test('cut-off packets and garbage are read without harm', () => {
  fc.assert(
    fc.property(
      packets,
      fc.nat(60),
      (packet, length) => void parseTftp(buildTftp(packet).subarray(0, length)),
    ),
  )
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseTftp(bytes)))
})

test.each([
  ['what a Pi asks', { tsize: '0', blksize: '1468' }, { tsize: '700', blksize: '1468' }, 1468],
  ['a block that would fragment', { blksize: '65464' }, { blksize: '1468' }, 1468],
  ['a small block', { blksize: '8' }, { blksize: '8' }, 8],
  ['a block too small', { blksize: '7' }, {}, 512],
  ['nonsense', { blksize: '-1', timeout: '0', windowsize: 'x', tsize: '9', multicast: '' }, {}, 512],
  ['a window', { windowsize: '65535' }, { windowsize: '16' }, 512],
  ['a time', { timeout: '3' }, { timeout: '3' }, 512],
])('options: %s', (_, asked, accepted, blockSize) => {
  const terms = negotiate(new Map(Object.entries(asked)), 700)
  expect(Object.fromEntries(terms.accepted)).toEqual(accepted)
  expect(terms.blockSize).toBe(blockSize)
})
