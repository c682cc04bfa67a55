import type { RemoteInfo, Socket } from 'node:dgram'
import type { Admission } from '../boards/allow-list.ts'
import { closeUdp, openUdp } from '../network/udp-socket.ts'
import { answerDiscover, type DiscoverAnswer } from './answer-discover.ts'
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
}

export type ProxyDhcp = { readonly port: number; close(): Promise<void> }

/**
 * Proxy DHCP: tells allowed Pis where to boot from, leases nothing.
 *
 * Broadcasts only reach a socket on 0.0.0.0, and only a socket on the interface's own address sends them out
 * of that interface, so there are two; both use the port, because PXE clients expect answers from port 67.
 * @throws FaultError E_PORT_IN_USE, E_PORT_PRIVILEGE, E_ADDRESS_NOT_HERE
 */
export async function serveProxyDhcp<Board>(options: ProxyDhcpOptions<Board>): Promise<ProxyDhcp> {
  const sockets = await openSockets(options.address, options.port)
  const sender = sockets.at(-1) as Socket
  for (const socket of sockets) {
    socket.on('message', (datagram, from) => {
      const packet = parseDhcp(datagram)
      const answer = packet ? answerDiscover(packet, options) : { kind: 'ignored' as const }
      if (answer.kind === 'ignored') return
      if (answer.kind === 'offer') {
        const { address, port } = destinationOf(answer.packet, from)
        sender.send(buildDhcp(answer.packet), port, address, () => {})
      }
      options.onAnswer(answer, from)
    })
  }
  const { port } = sender.address()
  return { port, close: async () => void (await Promise.all(sockets.map(closeUdp))) }
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
