import type { Admission } from '../boards/allow-list.ts'
import { bytesOfIpv4 } from '../network/ipv4.ts'
import { OPTION } from './dhcp-options.ts'
import { type DhcpPacket, MESSAGE } from './dhcp-packet.ts'
import { piBootOptions } from './pi-boot-options.ts'
import { type PiIdentity, recognisePi } from './pi-identity.ts'

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
    ...piBootOptions(server, packet),
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
