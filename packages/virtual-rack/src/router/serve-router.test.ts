import { buildDhcp, MESSAGE, messageTypeOf, OPTION, parseDhcp, piDiscover } from '@homerack/flasher'
import { expect, test } from 'vitest'
import { rackSpec } from '../../test/fixtures/rack-spec.ts'
import { bytesOf } from '../rack/ipv4.ts'
import { leaseFor } from './leases.ts'
import { answerAsRouter } from './serve-router.ts'

const spec = rackSpec(2)
const [board] = spec.boards
const discover = piDiscover(board!, 7)
const request = (options: [number, Uint8Array][]) => ({
  ...discover,
  options: new Map([
    ...discover.options,
    [OPTION.messageType, Uint8Array.of(MESSAGE.request)] as const,
    ...options,
  ]),
})

test('a board gets the same lease every time, and the router says nothing about boot files', () => {
  const offer = answerAsRouter(discover, spec)!
  expect(parseDhcp(buildDhcp(offer))).toMatchObject({
    op: 2,
    xid: 7,
    yiaddr: '192.168.10.100',
    siaddr: '0.0.0.0',
  })
  expect(messageTypeOf(offer)).toBe(MESSAGE.offer)
  expect([OPTION.tftpServer, OPTION.vendorInformation].some((code) => offer.options.has(code))).toBe(false)
  const ack = answerAsRouter(request([[OPTION.requestedAddress, bytesOf('192.168.10.100')]]), spec)!
  expect([messageTypeOf(ack), ack.yiaddr]).toEqual([MESSAGE.ack, '192.168.10.100'])
})

test.each<[string, [number, Uint8Array][], number | undefined]>([
  ['another address', [[OPTION.requestedAddress, bytesOf('192.168.10.7')]], MESSAGE.nak],
  ['another server', [[OPTION.serverIdentifier, bytesOf('192.168.10.250')]], undefined],
])('a request for %s', (_, options, type) => {
  const answer = answerAsRouter(request(options), spec)
  expect(answer && messageTypeOf(answer)).toBe(type)
})

test('strangers and boards beyond the pool get nothing', () => {
  expect(answerAsRouter(piDiscover({ ...board!, mac: '2c:cf:67:99:99:99' }, 1), spec)).toBeUndefined()
  const small = {
    ...spec,
    network: { ...spec.network, leases: { from: '192.168.10.49', to: '192.168.10.50' } },
  }
  expect(spec.boards.map(({ mac }) => leaseFor(small, mac))).toEqual(['192.168.10.49', undefined])
})
