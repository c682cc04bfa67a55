import { bytesOfIpv4, ipv4OfBytes } from '../network/ipv4.ts'
import { type DhcpOptions, OPTION, readOptions, writeOptions } from './dhcp-options.ts'

/** DHCP message types (RFC 2132 section 9.6). */
export const MESSAGE = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const

/** A DHCP packet (RFC 2131 section 2). Addresses are dotted quads; `secs` are seconds. */
export type DhcpPacket = {
  readonly op: 1 | 2
  readonly htype: number
  readonly hops: number
  readonly xid: number
  readonly secs: number
  readonly flags: number
  readonly ciaddr: string
  readonly yiaddr: string
  readonly siaddr: string
  readonly giaddr: string
  /** The hardware address, as long as `hlen` said: at most 16 bytes. */
  readonly chaddr: Uint8Array
  /** Latin-1, at most 64 bytes. Empty if the field was overloaded with options. */
  readonly sname: string
  /** Latin-1, at most 128 bytes. Empty if the field was overloaded with options. */
  readonly file: string
  readonly options: DhcpOptions
}

const COOKIE = 0x63825363
const OPTIONS_AT = 240
const MINIMUM_BYTES = 300

/** Reads a DHCP packet, option overload included. Undefined for anything that is not a whole one. */
export function parseDhcp(datagram: Uint8Array): DhcpPacket | undefined {
  const bytes = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength)
  if (bytes.length < OPTIONS_AT || bytes.readUInt32BE(236) !== COOKIE) return undefined
  const op = bytes[0]
  const hlen = bytes[2] ?? 0
  if ((op !== 1 && op !== 2) || hlen > 16) return undefined
  const options = new Map<number, Uint8Array>()
  if (!readOptions(bytes.subarray(OPTIONS_AT), options)) return undefined
  const overload = options.get(OPTION.overload)?.[0] ?? 0
  options.delete(OPTION.overload)
  const file = bytes.subarray(108, 236)
  const sname = bytes.subarray(44, 108)
  if (overload & 1 && !readOptions(file, options)) return undefined
  if (overload & 2 && !readOptions(sname, options)) return undefined
  options.delete(OPTION.overload)
  return {
    op,
    htype: bytes.readUInt8(1),
    hops: bytes.readUInt8(3),
    xid: bytes.readUInt32BE(4),
    secs: bytes.readUInt16BE(8),
    flags: bytes.readUInt16BE(10),
    ciaddr: ipv4OfBytes(bytes.subarray(12, 16)),
    yiaddr: ipv4OfBytes(bytes.subarray(16, 20)),
    siaddr: ipv4OfBytes(bytes.subarray(20, 24)),
    giaddr: ipv4OfBytes(bytes.subarray(24, 28)),
    chaddr: new Uint8Array(bytes.subarray(28, 28 + hlen)),
    sname: overload & 2 ? '' : textOf(sname),
    file: overload & 1 ? '' : textOf(file),
    options,
  }
}

/** Writes a DHCP packet, padded to the 300 bytes that BOOTP relays expect. Never overloads. */
export function buildDhcp(packet: DhcpPacket): Uint8Array {
  const options = writeOptions(packet.options)
  const bytes = Buffer.alloc(Math.max(MINIMUM_BYTES, OPTIONS_AT + options.length))
  bytes.set([packet.op, packet.htype, packet.chaddr.length, packet.hops])
  bytes.writeUInt32BE(packet.xid, 4)
  bytes.writeUInt16BE(packet.secs, 8)
  bytes.writeUInt16BE(packet.flags, 10)
  for (const [index, field] of (['ciaddr', 'yiaddr', 'siaddr', 'giaddr'] as const).entries()) {
    bytes.set(bytesOfIpv4(packet[field]), 12 + 4 * index)
  }
  bytes.set(packet.chaddr.subarray(0, 16), 28)
  bytes.write(packet.sname, 44, 64, 'latin1')
  bytes.write(packet.file, 108, 128, 'latin1')
  bytes.writeUInt32BE(COOKIE, 236)
  bytes.set(options, OPTIONS_AT)
  return bytes
}

/** The message type (option 53), or undefined for plain BOOTP. */
export function messageTypeOf(packet: DhcpPacket): number | undefined {
  return packet.options.get(OPTION.messageType)?.[0]
}

function textOf(field: Uint8Array): string {
  const end = field.indexOf(0)
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('latin1')
}
