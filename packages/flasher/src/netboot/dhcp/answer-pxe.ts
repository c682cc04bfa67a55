import type { Admission } from '../boards/allow-list.ts'
import { bytesOfIpv4, macOfBytes } from '../network/ipv4.ts'
import { OPTION } from './dhcp-options.ts'
import { type DhcpPacket, MESSAGE, messageTypeOf } from './dhcp-packet.ts'
import { piModel } from './pi-identity.ts'

/**
 * What a PXE client can run. `bios` and the UEFIs by option 93 (RFC 4578, and 9 as firmware uses it for x86-64);
 * `ipxe` says so in option 77, and would load itself for ever if it got the file that loaded it.
 */
export type PxeKind = 'bios' | 'uefi-x64' | 'uefi-arm64' | 'ipxe'

/** A PXE client that is no Raspberry Pi. */
export type PxeClient = { readonly mac: string; readonly kind: PxeKind }

/** What to tell whom. `Client` is whatever the list of clients says about one. */
export type PxePolicy<Client> = {
  /** The operator's IPv4 address. */
  readonly server: string
  /** Name of the boot file for each kind; others stay unanswered. */
  readonly bootFiles: Partial<Readonly<Record<PxeKind, string>>>
  readonly admit: (mac: string) => Admission<Client>
}

export type PxeAnswer<Client> =
  | { readonly kind: 'answer'; readonly client: Client; readonly pxe: PxeClient; readonly packet: DhcpPacket }
  | { readonly kind: 'unknown'; readonly pxe: PxeClient; readonly cause: string }
  | { readonly kind: 'ignored' }

const kindsByArchitecture: ReadonlyMap<number, PxeKind> = new Map([
  [0, 'bios'],
  [7, 'uefi-x64'],
  [9, 'uefi-x64'],
  [11, 'uefi-arm64'],
])

/** "Do not look for boot servers, take the file of this offer" (PXE 2.1, discovery control bit 3). */
const TAKE_THE_FILE = Uint8Array.of(6, 1, 8, 255)

/**
 * The answer to a PXE client: an OFFER without an address on port 67, an ACK to its REQUEST on port 4011. On
 * port 67, REQUESTs belong to the router.
 *
 * UEFI gets no option 43: other proxies found that UEFI firmware ignores offers with discovery control and
 * asks port 4011 of the sender instead. The file is named in both answers.
 */
export function answerPxe<Client>(
  packet: DhcpPacket,
  port: 'dhcp' | 'boot-server',
  policy: PxePolicy<Client>,
): PxeAnswer<Client> {
  const asked = messageTypeOf(packet)
  const wanted = port === 'dhcp' ? MESSAGE.discover : MESSAGE.request
  const pxe = recognisePxe(packet)
  const file = pxe && policy.bootFiles[pxe.kind]
  if (asked !== wanted || !pxe || file === undefined) return { kind: 'ignored' }
  const admission = policy.admit(pxe.mac)
  if (admission.kind === 'refused') return { kind: 'unknown', pxe, cause: admission.cause }
  const { server } = policy
  const text = (value: string) => new Uint8Array(Buffer.from(value, 'latin1'))
  const machine = packet.options.get(OPTION.clientMachine)
  const options = new Map<number, Uint8Array>([
    [OPTION.messageType, Uint8Array.of(port === 'dhcp' ? MESSAGE.offer : MESSAGE.ack)],
    [OPTION.serverIdentifier, bytesOfIpv4(server)],
    [OPTION.vendorClass, text('PXEClient')],
    [OPTION.tftpServer, text(server)],
    [OPTION.bootFile, text(`${file}\0`)],
    ...(machine ? [[OPTION.clientMachine, machine] as const] : []),
    ...(pxe.kind.startsWith('uefi') ? [] : [[OPTION.vendorInformation, TAKE_THE_FILE] as const]),
  ])
  const { htype, xid, flags, giaddr, ciaddr, chaddr } = packet
  const header = { op: 2, htype, hops: 0, xid, secs: 0, flags, chaddr } as const
  const addresses = { ciaddr, yiaddr: '0.0.0.0', siaddr: server, giaddr }
  const reply: DhcpPacket = { ...header, ...addresses, sname: server, file, options }
  return { kind: 'answer', client: admission.board, pxe, packet: reply }
}

/** Who asked, if it is a PXE client of a kind that is known here and no Raspberry Pi. */
function recognisePxe(packet: DhcpPacket): PxeClient | undefined {
  const text = (code: number) => Buffer.from(packet.options.get(code) ?? []).toString('latin1')
  if (packet.op !== 1 || packet.chaddr.length !== 6) return undefined
  if (!text(OPTION.vendorClass).startsWith('PXEClient')) return undefined
  if (piModel(packet.options.get(OPTION.clientMachine))) return undefined
  const architecture = Buffer.from(packet.options.get(OPTION.clientArchitecture) ?? [])
  const first = architecture.length >= 2 ? kindsByArchitecture.get(architecture.readUInt16BE(0)) : undefined
  const kind = first && text(OPTION.userClass).includes('iPXE') ? 'ipxe' : first
  return kind && { mac: macOfBytes(packet.chaddr), kind }
}
