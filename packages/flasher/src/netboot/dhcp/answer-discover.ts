import type { Admission } from '../boards/allow-list.ts'
import { bytesOfIpv4 } from '../network/ipv4.ts'
import { OPTION } from './dhcp-options.ts'
import { type DhcpPacket, MESSAGE } from './dhcp-packet.ts'
import { type PiIdentity, recognisePi } from './pi-identity.ts'

/**
 * Option 43 that makes a Pi boot from the sender of the offer: PXE discovery control 3 (no broadcast, no
 * multicast), a menu prompt `PXE` with timeout 0, and the menu entry whose text the firmware looks for.
 */
export const PI_BOOT_MENU: Uint8Array = new Uint8Array(
  Buffer.concat([
    Buffer.from([6, 1, 3]),
    Buffer.from([10, 4, 0]),
    Buffer.from('PXE', 'latin1'),
    Buffer.from([9, 20, 0, 0, 17]),
    Buffer.from('Raspberry Pi Boot', 'latin1'),
    Buffer.from([255]),
  ]),
)

/** What to do about a DHCP packet. `Board` is whatever the allow-list says about a board. */
export type DiscoverAnswer<Board> =
  | { readonly kind: 'offer'; readonly board: Board; readonly packet: DhcpPacket }
  | { readonly kind: 'unknown'; readonly pi: PiIdentity; readonly cause: string }
  | { readonly kind: 'ignored' }

/**
 * The proxy's answer to one packet: an OFFER without an address for an allowed Pi, beside the router's own
 * OFFER. Everything else stays unanswered; a proxy never sends ACK or NAK, and never touches a REQUEST.
 *
 * Which of option 66, the server identifier and siaddr a Pi 5 prefers is not documented: all three agree.
 * @param policy server: the operator's IPv4 address; admit: the allow-list
 */
export function answerDiscover<Board>(
  packet: DhcpPacket,
  policy: { server: string; admit: (pi: PiIdentity) => Admission<Board> },
): DiscoverAnswer<Board> {
  const pi = recognisePi(packet)
  if (!pi) return { kind: 'ignored' }
  const admission = policy.admit(pi)
  if (admission.kind === 'refused') return { kind: 'unknown', pi, cause: admission.cause }
  const { server } = policy
  const options = new Map<number, Uint8Array>([
    [OPTION.messageType, Uint8Array.of(MESSAGE.offer)],
    [OPTION.serverIdentifier, bytesOfIpv4(server)],
    [OPTION.vendorClass, new Uint8Array(Buffer.from('PXEClient', 'latin1'))],
    [OPTION.tftpServer, new Uint8Array(Buffer.from(server, 'latin1'))],
    [OPTION.clientMachine, packet.options.get(OPTION.clientMachine) ?? new Uint8Array()],
    [OPTION.vendorInformation, PI_BOOT_MENU],
  ])
  const { htype, xid, flags, giaddr, chaddr } = packet
  const nobody = { ciaddr: '0.0.0.0', yiaddr: '0.0.0.0', siaddr: server, giaddr }
  const offer: DhcpPacket = {
    op: 2,
    htype,
    hops: 0,
    xid,
    secs: 0,
    flags,
    ...nobody,
    chaddr,
    sname: '',
    file: '',
    options,
  }
  return { kind: 'offer', board: admission.board, packet: offer }
}
