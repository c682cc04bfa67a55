import type { RemoteInfo, Socket } from 'node:dgram'
import type { Admission } from '../boards/allow-list.ts'
import { type Tap, tapSocket } from '../network/tap.ts'
import { closeUdp, openUdp } from '../network/udp-socket.ts'
import type { PxeMachine } from '../pxe-clients.ts'
import { answerDiscover, type DiscoverAnswer } from './answer-discover.ts'
import { answerPxe, type PxeAnswer, type PxePolicy } from './answer-pxe.ts'
import { buildDhcp, type DhcpPacket, parseDhcp } from './dhcp-packet.ts'
import { closeThenThrow, type DhcpService, openDhcpSockets, replyDestination } from './dhcp-sockets.ts'
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

/**
 * Proxy DHCP: tells allowed Pis, and other PXE clients if asked to, where to boot from; leases nothing.
 * @throws FaultError E_PORT_IN_USE, E_PORT_PRIVILEGE, E_ADDRESS_NOT_HERE
 */
export async function serveProxyDhcp<Board>(options: ProxyDhcpOptions<Board>): Promise<DhcpService> {
  const { address, port, pxe, tap } = options
  const sockets = await openDhcpSockets(address, port)
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
      const to = role === 'dhcp' ? replyDestination(reply, from) : from
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
