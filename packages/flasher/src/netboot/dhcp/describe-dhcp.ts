import { ipv4OfBytes, macOfBytes } from '../network/ipv4.ts'
import { OPTION } from './dhcp-options.ts'
import { type DhcpPacket, MESSAGE, messageTypeOf } from './dhcp-packet.ts'

const ADDRESSES: readonly number[] = [
  OPTION.subnetMask,
  OPTION.router,
  OPTION.dns,
  OPTION.requestedAddress,
  OPTION.serverIdentifier,
]
const TEXTS: readonly number[] = [OPTION.vendorClass, OPTION.tftpServer, OPTION.bootFile]

/** A packet in words: one line for the header, one for each option. Control characters never get through. */
export function describeDhcp(packet: DhcpPacket): string {
  const type = messageTypeOf(packet)
  const name = Object.entries(MESSAGE).find(([, value]) => value === type)?.[0]
  const header = [
    name?.toUpperCase() ?? (packet.op === 1 ? 'BOOTREQUEST' : 'BOOTREPLY'),
    `xid ${packet.xid.toString(16).padStart(8, '0')}`,
    macOfBytes(packet.chaddr),
    ...(['ciaddr', 'yiaddr', 'siaddr', 'giaddr'] as const)
      .filter((field) => packet[field] !== '0.0.0.0')
      .map((field) => `${field} ${packet[field]}`),
    ...(packet.flags & 0x8000 ? ['broadcast'] : []),
  ]
  return [
    header.join(' '),
    ...[...packet.options].map(([code, value]) => `  ${describeOption(code, value)}`),
  ].join('\n')
}

function describeOption(code: number, value: Uint8Array): string {
  const name = Object.entries(OPTION).find(([, number]) => number === code)?.[0]
  return `${code}${name ? ` ${name}` : ''}: ${describeValue(code, value)}`
}

function describeValue(code: number, value: Uint8Array): string {
  if (TEXTS.includes(code)) return quote(value)
  if (ADDRESSES.includes(code) && value.length > 0 && value.length % 4 === 0) {
    return Array.from({ length: value.length / 4 }, (_, i) => ipv4OfBytes(value.subarray(4 * i))).join(' ')
  }
  if (code === OPTION.messageType || code === OPTION.parameterList) return value.join(' ')
  return Buffer.from(value).toString('hex')
}

function quote(value: Uint8Array): string {
  const code = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(Buffer.from(value).toString('latin1')).replace(/[\x7f-\x9f]/g, code)
}
