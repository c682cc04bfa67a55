import type { Admission, AllowedBoard } from '../boards/allow-list.ts'
import { bytesOfIpv4, ipv4OfBytes, macOfBytes, netmaskOf } from '../network/ipv4.ts'
import { OPTION } from './dhcp-options.ts'
import { type DhcpPacket, MESSAGE, messageTypeOf } from './dhcp-packet.ts'
import { piBootOptions } from './pi-boot-options.ts'
import { type PiIdentity, piModel, recognisePi } from './pi-identity.ts'

/** The network that addresses are leased in. */
export type LeaseNetwork = {
  /** `192.168.10.0/24` */
  readonly cidr: string
  readonly router?: string
  readonly dns: readonly string[]
}

/** A board and the one address that it is leased. */
export type LeasedBoard = AllowedBoard & { readonly lease: string }

export type LeasePolicy = {
  /** The operator's IPv4 address. */
  readonly server: string
  readonly network: LeaseNetwork
  readonly boards: readonly LeasedBoard[]
  /** For a client that says it is a Pi. */
  readonly admit: (pi: PiIdentity) => Admission
}

/** What to do about a DHCP packet in a network without another server. */
export type LeaseAnswer =
  /** `pi`: its boot firmware asks; later stages of a boot do not say what they are. */
  | {
      readonly kind: 'offer' | 'ack'
      readonly board: LeasedBoard
      readonly pi: boolean
      readonly packet: DhcpPacket
    }
  | { readonly kind: 'nak'; readonly board: LeasedBoard; readonly packet: DhcpPacket }
  | { readonly kind: 'unknown'; readonly pi: PiIdentity; readonly cause: string }
  /** The board has found someone else at its address. */
  | { readonly kind: 'declined'; readonly board: LeasedBoard }
  /** The board takes the address of another server. */
  | { readonly kind: 'other-server'; readonly board: LeasedBoard; readonly server: string }
  | { readonly kind: 'ignored' }

const LEASE_SECONDS = 3600
const IGNORED = { kind: 'ignored' } as const

/**
 * A lease of its own address for a board on the list (RFC 2131 section 4.3), from its firmware, the flash agent or
 * Talos alike: known by its MAC, a Pi's firmware by its serial too. Nobody else is answered, nobody is refused who
 * did not ask this server, and nothing that came through a relay is answered: it is from another network.
 */
export function answerLease(packet: DhcpPacket, policy: LeasePolicy): LeaseAnswer {
  if (packet.op !== 1 || packet.chaddr.length !== 6 || packet.giaddr !== '0.0.0.0') return IGNORED
  const type = messageTypeOf(packet)
  const pi = recognisePi(packet)
  const admission = pi && policy.admit(pi)
  if (pi && admission?.kind === 'refused') return { kind: 'unknown', pi, cause: admission.cause }
  const mac = macOfBytes(packet.chaddr)
  const board = policy.boards.find((candidate) => candidate.mac === mac)
  if (!board) return IGNORED
  if (type === MESSAGE.discover)
    return { kind: 'offer', board, pi: pi !== undefined, packet: lease(packet, MESSAGE.offer, board, policy) }
  const server = addressIn(packet, OPTION.serverIdentifier)
  if (type === MESSAGE.decline && server === policy.server) return { kind: 'declined', board }
  if (type !== MESSAGE.request) return IGNORED
  if (server !== undefined && server !== policy.server) return { kind: 'other-server', board, server }
  const wanted = packet.ciaddr === '0.0.0.0' ? addressIn(packet, OPTION.requestedAddress) : packet.ciaddr
  if (wanted === board.lease)
    return { kind: 'ack', board, pi: false, packet: lease(packet, MESSAGE.ack, board, policy) }
  return server === undefined ? IGNORED : { kind: 'nak', board, packet: refusal(packet, policy) }
}

function lease(
  asked: DhcpPacket,
  type: number,
  board: LeasedBoard,
  { server, network }: LeasePolicy,
): DhcpPacket {
  const { cidr, router, dns } = network
  const seconds = Buffer.alloc(4)
  seconds.writeUInt32BE(LEASE_SECONDS)
  const isPi = piModel(asked.options.get(OPTION.clientMachine)) !== undefined
  const options = new Map<number, Uint8Array>([
    [OPTION.messageType, Uint8Array.of(type)],
    [OPTION.serverIdentifier, bytesOfIpv4(server)],
    [OPTION.leaseTime, new Uint8Array(seconds)],
    [OPTION.subnetMask, bytesOfIpv4(netmaskOf(cidr))],
    ...(router === undefined ? [] : [[OPTION.router, bytesOfIpv4(router)] as const]),
    ...(dns.length === 0 ? [] : [[OPTION.dns, Buffer.concat(dns.map(bytesOfIpv4))] as const]),
    ...(isPi ? piBootOptions(server, asked) : []),
  ])
  const { htype, xid, flags, ciaddr, giaddr, chaddr } = asked
  const addresses = { ciaddr, yiaddr: board.lease, siaddr: server, giaddr }
  return { op: 2, htype, hops: 0, xid, secs: 0, flags, ...addresses, chaddr, sname: '', file: '', options }
}

function refusal({ htype, xid, giaddr, chaddr }: DhcpPacket, { server }: LeasePolicy): DhcpPacket {
  const options = new Map([
    [OPTION.messageType, Uint8Array.of(MESSAGE.nak)],
    [OPTION.serverIdentifier, bytesOfIpv4(server)],
  ])
  const nobody = { ciaddr: '0.0.0.0', yiaddr: '0.0.0.0', siaddr: '0.0.0.0', giaddr }
  return {
    op: 2,
    htype,
    hops: 0,
    xid,
    secs: 0,
    flags: 0x8000,
    ...nobody,
    chaddr,
    sname: '',
    file: '',
    options,
  }
}

function addressIn({ options }: DhcpPacket, code: number): string | undefined {
  const value = options.get(code)
  return value?.length === 4 ? ipv4OfBytes(value) : undefined
}
