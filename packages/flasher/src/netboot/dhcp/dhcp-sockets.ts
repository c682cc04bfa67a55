import type { RemoteInfo, Socket } from 'node:dgram'
import { closeUdp, openUdp } from '../network/udp-socket.ts'
import type { DhcpPacket } from './dhcp-packet.ts'

/** `pxePort` is missing where only Pis are answered. */
export type DhcpService = { readonly port: number; readonly pxePort?: number; close(): Promise<void> }

/**
 * The sockets of a DHCP service; the last one sends. Broadcasts only reach a socket on 0.0.0.0, and only a
 * socket on the interface's own address sends them out of that interface, so there are two; both use the port,
 * because clients expect answers from port 67. A loopback address, that of a rehearsal, needs one.
 * @throws FaultError E_PORT_IN_USE, E_PORT_PRIVILEGE, E_ADDRESS_NOT_HERE
 */
export async function openDhcpSockets(address: string, port: number): Promise<Socket[]> {
  if (address.startsWith('127.')) return [await openUdp('DHCP', address, port)]
  // Shared ports hide another server, so look for one first.
  await closeUdp(await openUdp('DHCP', '0.0.0.0', port))
  const receiver = await openUdp('DHCP', '0.0.0.0', port, true)
  const sender = await openUdp('DHCP', address, receiver.address().port, true).catch(
    closeThenThrow([receiver]),
  )
  sender.setBroadcast(true)
  return [receiver, sender]
}

export function closeThenThrow(sockets: readonly Socket[]): (error: unknown) => Promise<never> {
  return async (error) => {
    await Promise.all(sockets.map(closeUdp))
    throw error
  }
}

/** RFC 2131 section 4.1. A booting client has no address yet, so it can only be reached by broadcast. */
export function replyDestination(
  reply: DhcpPacket,
  from: RemoteInfo,
): { readonly address: string; readonly port: number } {
  if (reply.giaddr !== '0.0.0.0') return { address: reply.giaddr, port: 67 }
  if (from.address === '0.0.0.0') return { address: '255.255.255.255', port: 68 }
  return from
}
