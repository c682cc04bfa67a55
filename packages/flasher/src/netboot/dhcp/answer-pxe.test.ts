import { describe, expect, test } from 'vitest'
import { answerPxe, type PxePolicy } from './answer-pxe.ts'
import { describeDhcp } from './describe-dhcp.ts'
import { buildDhcp, type DhcpPacket, parseDhcp } from './dhcp-packet.ts'
import { piDiscover } from './pi-identity.ts'

const mac = '52:54:00:12:34:56'
const pi = piDiscover({ serial: 'a1b2c3d4', mac: '2c:cf:67:00:00:01', revision: 'd04170' }, 1)
const text = (value: string) => new Uint8Array(Buffer.from(value, 'latin1'))

/** The DISCOVER (or with 3, the REQUEST) of a PXE client. EDK2 on arm64: architecture 11. */
function pxePacket(architecture: number, { type = 1, userClass = '' } = {}): DhcpPacket {
  const options = new Map<number, Uint8Array>([
    [53, Uint8Array.of(type)],
    [60, text(`PXEClient:Arch:${String(architecture).padStart(5, '0')}:UNDI:003000`)],
    [93, Uint8Array.of(0, architecture)],
    [97, new Uint8Array(17)],
    ...(userClass ? [[77, text(userClass)] as const] : []),
  ])
  return { ...pi, chaddr: Uint8Array.from([0x52, 0x54, 0, 0x12, 0x34, 0x56]), options }
}

const policy: PxePolicy<string> = {
  server: '192.168.10.250',
  bootFiles: { bios: 'undionly.kpxe', ipxe: 'boot.ipxe', 'uefi-x64': 'x64.efi', 'uefi-arm64': 'arm64.efi' },
  admit: (asked) =>
    asked === mac ? { kind: 'allowed', board: 'nas' } : { kind: 'refused', cause: 'is not on the list' },
}

describe('the file for a client, in an offer that leases nothing', () => {
  test.each([
    ['UEFI arm64', pxePacket(11), 'arm64.efi'],
    ['UEFI x86-64, 7', pxePacket(7), 'x64.efi'],
    ['UEFI x86-64, 9', pxePacket(9), 'x64.efi'],
    ['BIOS', pxePacket(0), 'undionly.kpxe'],
    ['iPXE, which says architecture 0', pxePacket(0, { userClass: 'iPXE' }), 'boot.ipxe'],
    ['iPXE on arm64', pxePacket(11, { userClass: 'iPXE' }), 'boot.ipxe'],
  ])('%s', (_, packet, file) => {
    const answer = answerPxe(parseDhcp(buildDhcp(packet))!, 'dhcp', policy)
    if (answer.kind !== 'answer') throw new Error(answer.kind)
    expect(answer.client).toBe('nas')
    const reply = parseDhcp(buildDhcp(answer.packet))!
    expect(reply).toMatchObject({ op: 2, yiaddr: '0.0.0.0', siaddr: '192.168.10.250', file, xid: packet.xid })
    expect(describeDhcp(reply)).toContain(`67 bootFile: "${file}\\u0000"`)
    expect(reply.options.get(53)).toEqual(Uint8Array.of(2))
    expect(reply.options.has(51)).toBe(false)
    expect(reply.options.has(43)).toBe(!file.endsWith('.efi'))
  })
})

test('the boot server acknowledges a REQUEST, and the DHCP port never does', () => {
  const request = pxePacket(11, { type: 3 })
  const answer = answerPxe(request, 'boot-server', policy)
  expect(answer.kind === 'answer' && answer.packet.options.get(53)).toEqual(Uint8Array.of(5))
  expect(answerPxe(request, 'dhcp', policy)).toEqual({ kind: 'ignored' })
  expect(answerPxe(pxePacket(11), 'boot-server', policy)).toEqual({ kind: 'ignored' })
})

const without = (code: number): DhcpPacket => {
  const packet = pxePacket(11)
  return { ...packet, options: new Map([...packet.options].filter(([key]) => key !== code)) }
}
test.each([
  ['a Raspberry Pi', pi],
  ['UEFI for 32-bit x86', pxePacket(6)],
  ['a client that names no architecture', without(93)],
  ['a client that does not want PXE', without(60)],
  ['a reply', { ...pxePacket(11), op: 2 } as const],
])('%s stays unanswered', (_, packet) => {
  expect(answerPxe(packet, 'dhcp', policy)).toEqual({ kind: 'ignored' })
})

test('a kind without a boot file stays unanswered, a machine that is not on the list is named', () => {
  expect(answerPxe(pxePacket(0), 'dhcp', { ...policy, bootFiles: {} })).toEqual({ kind: 'ignored' })
  const stranger = { ...pxePacket(11), chaddr: new Uint8Array(6) }
  expect(answerPxe(stranger, 'dhcp', policy)).toEqual({
    kind: 'unknown',
    pxe: { mac: '00:00:00:00:00:00', kind: 'uefi-arm64' },
    cause: 'is not on the list',
  })
})
