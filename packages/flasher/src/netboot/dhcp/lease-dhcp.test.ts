import { once } from 'node:events'
import type { Fault } from '@homerack/errors'
import { afterEach, expect, test, vi } from 'vitest'
import { bytesOfIpv4, bytesOfMac } from '../network/ipv4.ts'
import { closeUdp, openUdp } from '../network/udp-socket.ts'
import { answerLease, type LeaseAnswer } from './answer-lease.ts'
import { describeDhcp } from './describe-dhcp.ts'
import { OPTION } from './dhcp-options.ts'
import { buildDhcp, type DhcpPacket, MESSAGE, parseDhcp } from './dhcp-packet.ts'
import { type LeaseDhcpOptions, serveLeases } from './lease-dhcp.ts'
import { piDiscover } from './pi-identity.ts'

const server = '192.168.10.250'
const board = { name: 'pi-1', serial: 'a1b2c3d4', mac: '2c:cf:67:00:00:01', lease: '192.168.10.51' }
const policy = {
  server,
  network: { cidr: '192.168.10.0/24', router: '192.168.10.1', dns: ['192.168.10.1', '9.9.9.9'] },
  boards: [board],
  admit: () => ({ kind: 'allowed', board }) as const,
}
const firmware = piDiscover({ ...board, revision: 'd04170' }, 7)

/** A packet of Linux on the same board, which says nothing of what it is. */
const linux = (
  type: number,
  more: Record<number, string> = {},
  fields: Partial<DhcpPacket> = {},
): DhcpPacket => ({
  ...firmware,
  ...fields,
  options: new Map([
    [OPTION.messageType, Uint8Array.of(type)],
    ...Object.entries(more).map(([code, address]) => [Number(code), bytesOfIpv4(address)] as const),
  ]),
})
const { discover, request, decline, inform, release } = MESSAGE
const [requested, from] = [OPTION.requestedAddress, OPTION.serverIdentifier]

test('the firmware of a board is offered its address, and told where to boot from', () => {
  const answer = answerLease(firmware, policy)
  if (answer.kind !== 'offer') throw new Error(answer.kind)
  expect(answer.pi).toBe(true)
  expect(describeDhcp(parseDhcp(buildDhcp(answer.packet)) ?? firmware).split('\n')).toEqual([
    'OFFER xid 00000007 2c:cf:67:00:00:01 yiaddr 192.168.10.51 siaddr 192.168.10.250',
    '  53 messageType: 2',
    '  54 serverIdentifier: 192.168.10.250',
    '  51 leaseTime: 00000e10',
    '  1 subnetMask: 255.255.255.0',
    '  3 router: 192.168.10.1',
    '  6 dns: 192.168.10.1 9.9.9.9',
    '  60 vendorClass: "PXEClient"',
    '  66 tftpServer: "192.168.10.250"',
    expect.stringMatching(/^ {2}97 clientMachine: 0052506935/),
    expect.stringMatching(/^ {2}43 vendorInformation: 060103/),
  ])
})

const foreignMac = { chaddr: bytesOfMac('2c:cf:67:00:00:99') }
test.each<[string, DhcpPacket, LeaseAnswer['kind']]>([
  ['Linux on a board asks', linux(discover), 'offer'],
  ['it takes what was offered', linux(request, { [requested]: board.lease, [from]: server }), 'ack'],
  ['it renews', linux(request, {}, { ciaddr: board.lease }), 'ack'],
  ['it comes back with its old address', linux(request, { [requested]: board.lease }), 'ack'],
  ['it wants another address of us', linux(request, { [requested]: '192.168.10.9', [from]: server }), 'nak'],
  ['it remembers another address', linux(request, { [requested]: '192.168.10.9' }), 'ignored'],
  ['it asks for nothing', linux(request), 'ignored'],
  [
    'it takes another offer',
    linux(request, { [requested]: board.lease, [from]: '192.168.10.1' }),
    'other-server',
  ],
  ['it finds its address taken', linux(decline, { [requested]: board.lease, [from]: server }), 'declined'],
  ['it declines another offer', linux(decline, { [from]: '192.168.10.1' }), 'ignored'],
  ['it goes', linux(release, { [from]: server }), 'ignored'],
  ['it only wants to know', linux(inform), 'ignored'],
  ['a laptop asks', linux(discover, {}, foreignMac), 'ignored'],
  [
    'a laptop takes what it was not offered',
    linux(request, { [requested]: board.lease, [from]: server }, foreignMac),
    'ignored',
  ],
  ['a board asks through a relay', linux(discover, {}, { giaddr: '10.0.0.1' }), 'ignored'],
  ['another server answers', linux(MESSAGE.offer, {}, { op: 2 }), 'ignored'],
])('%s', (_, packet, kind) => {
  expect(answerLease(packet, policy).kind).toBe(kind)
})

test('a Pi that is not on the list is named, whatever its MAC', () => {
  const strict = { ...policy, admit: () => ({ kind: 'refused', cause: 'has another serial' }) as const }
  expect(answerLease(firmware, strict)).toMatchObject({ kind: 'unknown', cause: 'has another serial' })
})

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0)) await undo()
})
async function start(changes: Partial<LeaseDhcpOptions> = {}) {
  const warnings: Fault[] = []
  const answers: string[] = []
  const dhcp = await serveLeases({
    ...policy,
    address: '127.0.0.1',
    port: 0,
    hearServers: async () => [],
    holderOf: async () => undefined,
    onAnswer: ({ kind }) => answers.push(kind),
    onWarning: (fault) => warnings.push(fault),
    ...changes,
  })
  cleanup.push(dhcp.close)
  const socket = await openUdp('test', '127.0.0.1', 0)
  cleanup.push(() => closeUdp(socket))
  const send = (packet: DhcpPacket) => socket.send(buildDhcp(packet), dhcp.port, '127.0.0.1')
  const ask = async (packet: DhcpPacket) => {
    send(packet)
    return parseDhcp((await once(socket, 'message'))[0])
  }
  return { ask, send, warnings, answers }
}

test('a board gets its address, and keeps it', async () => {
  const { ask, answers } = await start({ holderOf: async () => board.mac })
  expect(await ask(firmware)).toMatchObject({ yiaddr: board.lease })
  expect(await ask(linux(request, { [requested]: board.lease, [from]: server }))).toMatchObject({
    yiaddr: board.lease,
  })
  expect(await ask(linux(request, { [requested]: '192.168.10.9', [from]: server }))).toMatchObject({
    yiaddr: '0.0.0.0',
    flags: 0x8000,
  })
  expect(answers).toEqual(['offer', 'ack', 'nak'])
})

test('an address that someone has is not offered, and said once', async () => {
  const { send, ask, warnings, answers } = await start({ holderOf: async () => '52:54:00:00:00:09' })
  send(firmware)
  await vi.waitFor(() => expect(warnings).toHaveLength(1))
  send(firmware)
  send(linux(decline, { [from]: server }))
  send(linux(request, { [from]: '192.168.10.1' }))
  await ask(linux(request, {}, { ciaddr: board.lease }))
  expect(warnings.map(({ code, cause }) => `${code} ${cause}`)).toEqual([
    'W_ADDRESS_TAKEN its address 192.168.10.51 is in use by 52:54:00:00:00:09',
    'W_ADDRESS_TAKEN its address 192.168.10.51 is in use, as it has found',
    'W_DHCP_OTHER_SERVER takes an address from 192.168.10.1, which did not answer before',
  ])
  expect(answers).toEqual(['ack'])
})

test.each([
  ['a server that leases is reason enough not to start', true, /^192.168.10.1 {2}E_DHCP_SERVER_HERE/],
  ['one that only helps to boot is none', false, undefined],
])('%s', async (_, leases, refusal) => {
  const starting = start({ hearServers: async () => [{ address: '192.168.10.1', leases }] })
  if (refusal) await expect(starting).rejects.toThrow(refusal)
  else await expect(starting).resolves.toBeDefined()
})
