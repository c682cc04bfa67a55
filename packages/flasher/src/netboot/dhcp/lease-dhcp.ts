import type { RemoteInfo, Socket } from 'node:dgram'
import { type Fault, FaultError } from '@homerack/errors'
import { type Tap, tapSocket } from '../network/tap.ts'
import { closeUdp } from '../network/udp-socket.ts'
import { answerLease, type LeaseAnswer, type LeasedBoard, type LeasePolicy } from './answer-lease.ts'
import { buildDhcp, type DhcpPacket, parseDhcp } from './dhcp-packet.ts'
import { type DhcpService, openDhcpSockets, replyDestination } from './dhcp-sockets.ts'
import type { DhcpServerHeard } from './hear-dhcp-servers.ts'

export type LeaseDhcpOptions = LeasePolicy & {
  /** The interface's address. */
  readonly address: string
  /** 67 on a real network. 0 asks for a free port. */
  readonly port: number
  /** Names the other servers of the network. */
  readonly hearServers: () => Promise<readonly DhcpServerHeard[]>
  /** The MAC of who has an address now. */
  readonly holderOf: (address: string) => Promise<string | undefined>
  readonly onAnswer: (answer: Exclude<LeaseAnswer, { kind: 'ignored' }>, from: RemoteInfo) => void
  /** Its subject is the board's name. */
  readonly onWarning: (fault: Fault) => void
  readonly tap?: Tap | undefined
}

/**
 * A DHCP server for the boards on the list, for networks without another: each gets its own address and no other.
 * It does not start where another server leases, and does not lease an address that someone else has.
 * @throws FaultError E_DHCP_SERVER_HERE, E_PORT_IN_USE, E_PORT_PRIVILEGE, E_ADDRESS_NOT_HERE
 */
export async function serveLeases(options: LeaseDhcpOptions): Promise<DhcpService> {
  const others = (await options.hearServers()).filter(({ leases }) => leases)
  if (others.length > 0) throw new FaultError(others.map(serverHere))
  const sockets = await openDhcpSockets(options.address, options.port)
  const sender = sockets.at(-1) as Socket
  const warned = new Set<string>()
  const warn = (fault: Fault): void => {
    const key = `${fault.subject} ${fault.cause}`
    if (warned.has(key)) return
    warned.add(key)
    options.onWarning(fault)
  }
  const send = (packet: DhcpPacket, from: RemoteInfo): void => {
    const to = replyDestination(packet, from)
    sender.send(buildDhcp(packet), to.port, to.address, () => {})
  }
  const asking = new Set<LeasedBoard>()
  const offer = async (answer: Extract<LeaseAnswer, { kind: 'offer' | 'ack' }>, from: RemoteInfo) => {
    const { board } = answer
    if (asking.has(board)) return
    asking.add(board)
    const holder = await options.holderOf(board.lease).finally(() => asking.delete(board))
    if (holder !== undefined && holder !== board.mac) warn(addressTaken(board, holder))
    else {
      options.onAnswer(answer, from)
      send(answer.packet, from)
    }
  }
  const onPacket = (packet: DhcpPacket, from: RemoteInfo): void => {
    const answer = answerLease(packet, options)
    if (answer.kind === 'ignored') return
    // What cannot be looked up now is asked for again by the client.
    if (answer.kind === 'offer') offer(answer, from).catch(() => {})
    else if (answer.kind === 'declined') warn(addressTaken(answer.board))
    else if (answer.kind === 'other-server') warn(otherServer(answer))
    else {
      options.onAnswer(answer, from)
      if (answer.kind !== 'unknown') send(answer.packet, from)
    }
  }
  for (const socket of sockets) {
    tapSocket(socket, options.tap)
    socket.on('message', (datagram, from) => {
      const packet = parseDhcp(datagram)
      if (packet) onPacket(packet, from)
    })
  }
  return {
    port: sender.address().port,
    close: async () => void (await Promise.all(sockets.map(closeUdp))),
  }
}

const WITHOUT_LEASES = 'Let it lease, and use netboot: tftp-address or proxy-dhcp.'

function serverHere({ address }: DhcpServerHeard): Fault {
  const cause = 'leases addresses in this network already: a second DHCP server in a house does harm'
  return { code: 'E_DHCP_SERVER_HERE', subject: address, cause, hint: WITHOUT_LEASES }
}

function otherServer({ board, server }: { board: LeasedBoard; server: string }): Fault {
  const cause = `takes an address from ${server}, which did not answer before`
  return { code: 'W_DHCP_OTHER_SERVER', subject: board.name, cause, hint: WITHOUT_LEASES }
}

function addressTaken({ name, lease }: LeasedBoard, holder?: string): Fault {
  const cause = `its address ${lease} is in use${holder ? ` by ${holder}` : ', as it has found'}`
  return { code: 'W_ADDRESS_TAKEN', subject: name, cause, hint: 'It gets no lease as long as that is so.' }
}
