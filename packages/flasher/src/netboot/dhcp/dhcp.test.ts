import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOfIpv4 } from '../network/ipv4.ts'
import { answerDiscover } from './answer-discover.ts'
import { describeDhcp } from './describe-dhcp.ts'
import { OPTION } from './dhcp-options.ts'
import { buildDhcp, type DhcpPacket, MESSAGE, parseDhcp } from './dhcp-packet.ts'
import { PI_BOOT_MENU } from './pi-boot-options.ts'
import { piDiscover, recognisePi } from './pi-identity.ts'

const board = { serial: 'a1b2c3d4', mac: '2c:cf:67:00:00:01', revision: 'd04170' }
const discover = piDiscover(board, 0x11223344)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

test('the DISCOVER of a Pi has the size that was captured: a frame of 364 bytes', () => {
  const ethernetIpUdp = 14 + 20 + 8
  expect(buildDhcp(discover).length + ethernetIpUdp).toBe(364)
})

test('the DISCOVER of a Pi carries the known bytes', () => {
  expect(hex(discover.options.get(OPTION.clientMachine)!)).toBe(
    '005250693570' + '41d000' + '01000067' + 'd4c3b2a1',
  )
  expect(hex(discover.options.get(OPTION.clientInterface)!)).toBe('010201')
  expect(Buffer.from(discover.options.get(OPTION.vendorClass)!).toString()).toBe(
    'PXEClient:Arch:00000:UNDI:002001',
  )
  expect(describeDhcp(discover)).toBe(
    [
      'DISCOVER xid 11223344 2c:cf:67:00:00:01',
      '  53 messageType: 1',
      '  55 parameterList: 1 3 43 60 66 67 128 129 130 131 132 133 134 135',
      '  93 clientArchitecture: 0000',
      '  94 clientInterface: 010201',
      '  97 clientMachine: 00525069357041d00001000067d4c3b2a1',
      '  60 vendorClass: "PXEClient:Arch:00000:UNDI:002001"',
    ].join('\n'),
  )
})

test('the boot menu is the 32 bytes that a Pi looks for', () => {
  expect(hex(PI_BOOT_MENU)).toBe(
    `060103${'0a0400505845'}${'0914000011'}${hex(Buffer.from('Raspberry Pi Boot'))}ff`,
  )
  expect(PI_BOOT_MENU).toHaveLength(32)
})

const policy = { server: '192.168.10.250', admit: () => ({ kind: 'allowed', board: 'pi-1' }) as const }

test('an allowed Pi gets an offer without an address', () => {
  const answer = answerDiscover(parseDhcp(buildDhcp(discover))!, policy)
  if (answer.kind !== 'offer') throw new Error(answer.kind)
  const bytes = buildDhcp(answer.packet)
  expect(bytes.length).toBeGreaterThanOrEqual(300)
  expect(bytes[0]).toBe(2)
  expect(hex(bytes.subarray(4, 8))).toBe('11223344')
  expect(hex(bytes.subarray(16, 24))).toBe('00000000c0a80afa')
  expect(hex(bytes.subarray(28, 34))).toBe('2ccf67000001')
  expect([...answer.packet.options.keys()]).toEqual([53, 54, 60, 66, 97, 43])
  expect(describeDhcp(answer.packet)).toContain('66 tftpServer: "192.168.10.250"')
  expect(answer.packet.options.get(97)).toEqual(discover.options.get(97))
})

const withOption = (code: number, value: Uint8Array | undefined): DhcpPacket => {
  const options = new Map(discover.options)
  if (value) options.set(code, value)
  else options.delete(code)
  return { ...discover, options }
}
const machine = (text: string): Uint8Array => {
  const bytes = new Uint8Array(discover.options.get(97)!)
  bytes.set(Buffer.from(text), 1)
  return bytes
}

test.each([
  ['a REQUEST', withOption(53, Uint8Array.of(MESSAGE.request))],
  ['plain BOOTP', withOption(53, undefined)],
  ['a laptop', withOption(60, Buffer.from('MSFT 5.0'))],
  ['a PXE client that is no Pi', withOption(97, machine('\0\0\0\0'))],
  ['a cut-off option 97', withOption(97, new Uint8Array(9))],
  ['a reply', { ...discover, op: 2 } as const],
  ['an InfiniBand address', { ...discover, chaddr: new Uint8Array(16) }],
])('%s stays unanswered', (_, packet) => {
  expect(answerDiscover(packet, policy)).toEqual({ kind: 'ignored' })
})

test('a Pi that is not on the list is named, not answered', () => {
  const answer = answerDiscover(discover, {
    server: '10.0.0.1',
    admit: () => ({ kind: 'refused', cause: 'no' }),
  })
  expect(answer).toMatchObject({ kind: 'unknown', pi: { mac: board.mac, serials: ['a1b2c3d4', 'd4c3b2a1'] } })
})

test('the MAC tells the byte order of the serial', () => {
  const big = new Uint8Array(discover.options.get(97)!)
  big.set([0x67, 0, 0, 1, 0xa1, 0xb2, 0xc3, 0xd4], 9)
  expect(recognisePi(withOption(97, big))?.serials[0]).toBe('a1b2c3d4')
  expect(recognisePi(withOption(97, machine('RPi4')))).toMatchObject({ model: 'RPi4' })
})

test('options are found in overloaded fields, and repeated ones are joined', () => {
  const bytes = buildDhcp({
    ...discover,
    options: new Map([
      [53, Uint8Array.of(1)],
      [52, Uint8Array.of(3)],
    ]),
  })
  bytes.set([43, 2, 1, 2, 255], 108)
  bytes.set([0, 0, 43, 1, 3, 66, 1, 65, 255], 44)
  const packet = parseDhcp(bytes)!
  expect(packet).toMatchObject({ file: '', sname: '' })
  expect([...packet.options]).toEqual([
    [53, Uint8Array.of(1)],
    [43, Uint8Array.of(1, 2, 3)],
    [66, Uint8Array.of(65)],
  ])
})

test.each([
  ['empty', new Uint8Array()],
  ['no cookie', buildDhcp(discover).fill(0, 236, 240)],
  ['an option beyond the end', buildDhcp(discover).subarray(0, 300)],
  ['hlen 17', buildDhcp(discover).fill(17, 2, 3)],
  ['op 3', buildDhcp(discover).fill(3, 0, 1)],
])('a broken packet is no packet: %s', (_, bytes) => {
  expect(parseDhcp(bytes)).toBeUndefined()
})

const quad = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => bytes.join('.'))
const text = (most: number) => fc.stringMatching(new RegExp(`^[ -~]{0,${most}}$`))
const packets: fc.Arbitrary<DhcpPacket> = fc.record({
  op: fc.constantFrom(1, 2),
  htype: fc.nat(255),
  hops: fc.nat(255),
  xid: fc.nat(0xffffffff),
  secs: fc.nat(0xffff),
  flags: fc.nat(0xffff),
  ciaddr: quad,
  yiaddr: quad,
  siaddr: quad,
  giaddr: quad,
  chaddr: fc.uint8Array({ maxLength: 16 }),
  sname: text(64),
  file: text(128),
  options: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 254 }), fc.uint8Array({ maxLength: 700 })))
    .map((entries) => new Map(entries.filter(([code]) => code !== OPTION.overload))),
})

test('what was written is read back the same', () => {
  fc.assert(fc.property(packets, (packet) => void expect(parseDhcp(buildDhcp(packet))).toEqual(packet)))
})

test('cut-off packets and garbage are read without harm', () => {
  fc.assert(
    fc.property(packets, fc.nat(800), (packet, length) => {
      const cut = parseDhcp(buildDhcp(packet).subarray(0, length))
      if (cut) expect(describeDhcp(cut)).not.toMatch(/[^\n\x20-\x7e\u00a0-\u00ff]/)
    }),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void parseDhcp(bytes)))
})

test('an address that is none is a bug of the caller', () => {
  expect(() => bytesOfIpv4('192.168.10')).toThrow(TypeError)
})
