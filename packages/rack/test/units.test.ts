import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress, formatSize, parseAddress, parseSize } from '../src/index.ts'
import { parseNetwork, sameHostInside } from '../src/units/ipv4.ts'
import { isRecipient } from '../src/units/recipient.ts'
import { parseSizeRule } from '../src/units/size.ts'

test.each([
  ['100 GiB', 107374182400],
  ['900GB', 9e11],
  ['1.5 TB', 15e11],
  ['512 B', 512],
  ['0 B', undefined],
  ['1 gb', undefined],
  ['1 Gi', undefined],
  ['-1 GB', undefined],
  ['9999999 TB', undefined],
  ['1 constructor', undefined],
])('size %s', (text, bytes) => expect(parseSize(text)).toBe(bytes))

test.each([
  ['>= 900 GB', { atLeast: 9e11 }],
  ['>=1TB', { atLeast: 1e12 }],
  ['900 GB - 1100 GB', { between: [9e11, 11e11] }],
  ['1 TB', { exactly: 1e12 }],
  ['1100 GB - 900 GB', undefined],
  ['1 GB - 2 GB - 3 GB', undefined],
  ['> 1 GB', undefined],
  ['', undefined],
])('size rule "%s"', (text, rule) => expect(parseSizeRule(text)).toEqual(rule))

test.each([
  [1e12, '1 TB'],
  [107374182400, '107.4 GB'],
  [999, '999 B'],
])('%d bytes for a person', (bytes, text) => expect(formatSize(bytes)).toBe(text))

test('every address survives being written and read', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), (address) => parseAddress(formatAddress(address)) === address),
  )
})

test.each(['', '1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4', '1.2.3.4 ', '1.2.3.-4', '1e1.0.0.1'])(
  '"%s" is no address',
  (text) => expect(parseAddress(text)).toBeUndefined(),
)

test.each([
  ['192.168.10.0/24', '192.168.1.52', '192.168.10.52'],
  ['10.0.0.0/8', '192.168.1.52', '10.168.1.52'],
  ['192.168.10.0/24', '192.168.1.0', undefined],
  ['192.168.10.0/24', '192.168.1.255', undefined],
])('in %s, %s would be %s', (network, address, inside) => {
  const parsed = parseNetwork(network)
  expect(parsed && sameHostInside(parsed, parseAddress(address) ?? 0)).toBe(inside)
})

const recipient = 'age13ztalas23fvm9w3gwyc2ug9gkdvcc4vas8g98q2m5svkmg0ycslsj07lux'
const ssh = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL+O0jLreEtK7o+9hqgJqnnwIqgpRZCmVAyMYuDcT3g6'

test.each([
  [recipient, true],
  [ssh, false],
  [recipient.replace('z', 'y'), false],
  [recipient.slice(0, -1), false],
  ['', false],
])('recipient %s', (text, good) => expect(isRecipient(text)).toBe(good))
