import type { RemoteInfo, Socket } from 'node:dgram'
import type { Admission } from '../boards/allow-list.ts'
import { type Tap, tapSocket } from '../network/tap.ts'
import { closeUdp, openUdp } from '../network/udp-socket.ts'
import type { PxeMachine } from '../pxe-clients.ts'
import { answerDiscover, type DiscoverAnswer } from './answer-discover.ts'
import { answerPxe, type PxeAnswer, type PxePolicy } from './answer-pxe.ts'
import { buildDhcp, type DhcpPacket, parseDhcp } from './dhcp-packet.ts'
import type { PiIdentity } from './pi-identity.ts'

/** What proxy DHCP needs to know. */
export type ProxyDhcpOptions<Board> = {
  /** The interface's address. A loopback address is a rehearsal: no broadcasts there. */
  readonly address: string
  /** 67 on a real network. 0 asks for a free port. */
  readonly port: number
  /** The TFTP server that the offers name: an IPv4 address. */
  readonly server: string
  readonly admit: (pi: PiIdentity) => Admission<Board>
  readonly onAnswer: (answer: Exclude<DiscoverAnswer<Board>, { kind: 'ignored' }>, from: RemoteInfo) => void
  /** Other PXE clients; without it they stay unanswered. `port` is the boot server's, 4011 on a real network. */
  readonly pxe?: Omit<PxePolicy<PxeMachine>, 'server'> & {
    readonly port: number
    readonly onAnswer: (answer: Exclude<PxeAnswer<PxeMachine>, { kind: 'ignored' }>, from: RemoteInfo) => void
  }
  readonly tap?: Tap | undefined
}

/** `pxePort` is missing where only Pis are answered. */
export type ProxyDhcp = { readonly port: number; readonly pxePort?: number; close(): Promise<void> }

/**
 * Proxy DHCP: tells allowed Pis, and other PXE clients if asked to, where to boot from; leases nothing.
 *
 * Broadcasts only reach a socket on 0.0.0.0, and only a socket on the interface's own address sends them out
 * of that interface, so there are two; both use the port, because PXE clients expect answers from port 67.
 * @throws FaultError E_PORT_IN_USE, E_PORT_PRIVILEGE, E_ADDRESS_NOT_HERE
 */
export async function serveProxyDhcp<Board>(options: ProxyDhcpOptions<Board>): Promise<ProxyDhcp> {
  const { address, port, pxe, tap } = options
  const sockets = await openSockets(address, port)
  const sender = sockets.at(-1) as Socket
  const bootServer = pxe && (await openUdp('PXE', address, pxe.port).catch(closeThenThrow(sockets)))
  for (const socket of bootServer ? [...sockets, bootServer] : sockets) {
    tapSocket(socket, tap)
    socket.on('message', (datagram, from) => {
      const packet = parseDhcp(datagram)
      if (!packet) return
      const role = socket === bootServer ? 'boot-server' : 'dhcp'
      const reply = replyTo(packet, role, options, from)
      if (!reply) return
      const to = role === 'dhcp' ? destinationOf(reply, from) : from
      const through = role === 'dhcp' ? sender : socket
      through.send(buildDhcp(reply), to.port, to.address, () => {})
    })
  }
  const all = bootServer ? [...sockets, bootServer] : sockets
  return {
    port: sender.address().port,
    ...(bootServer && { pxePort: bootServer.address().port }),
    close: async () => void (await Promise.all(all.map(closeUdp))),
  }
}

/** The packet to send back, if any. Tells who was answered, and who was not because nobody knows them. */
function replyTo<Board>(
  packet: DhcpPacket,
  role: 'dhcp' | 'boot-server',
  options: ProxyDhcpOptions<Board>,
  from: RemoteInfo,
): DhcpPacket | undefined {
  const pi = role === 'dhcp' ? answerDiscover(packet, options) : undefined
  if (pi && pi.kind !== 'ignored') {
    options.onAnswer(pi, from)
    return pi.kind === 'offer' ? pi.packet : undefined
  }
  const { pxe, server } = options
  const other = pxe && answerPxe(packet, role, { ...pxe, server })
  if (!other || other.kind === 'ignored') return undefined
  pxe.onAnswer(other, from)
  return other.kind === 'answer' ? other.packet : undefined
}

function closeThenThrow(sockets: readonly Socket[]): (error: unknown) => Promise<never> {
  return async (error) => {
    await Promise.all(sockets.map(closeUdp))
    throw error
  }
}

async function openSockets(address: string, port: number): Promise<Socket[]> {
  if (address.startsWith('127.')) return [await openUdp('DHCP', address, port)]
  // Shared ports hide another server, so look for one first.
  await closeUdp(await openUdp('DHCP', '0.0.0.0', port))
  const receiver = await openUdp('DHCP', '0.0.0.0', port, true)
  try {
    const sender = await openUdp('DHCP', address, receiver.address().port, true)
    sender.setBroadcast(true)
    return [receiver, sender]
  } catch (error) {
    receiver.close()
    throw error
  }
}

/** RFC 2131 section 4.1. A booting client has no address yet, so it can only be reached by broadcast. */
function destinationOf(offer: DhcpPacket, from: RemoteInfo): { address: string; port: number } {
  if (offer.giaddr !== '0.0.0.0') return { address: offer.giaddr, port: 67 }
  if (from.address === '0.0.0.0') return { address: '255.255.255.255', port: 68 }
  return from
}
