import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { FaultError } from '@homerack/errors'
import { portFault } from './port-fault.ts'

/**
 * A UDP socket bound to `address:port`. Port 0 asks for a free one.
 * @param share lets several of our own sockets use the port; then a port in use goes unnoticed
 * @throws FaultError E_PORT_IN_USE, E_PORT_PRIVILEGE, E_ADDRESS_NOT_HERE
 */
export async function openUdp(
  service: string,
  address: string,
  port: number,
  share = false,
): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: share, lookup: asItIs })
  try {
    const listening = once(socket, 'listening')
    socket.bind(port, address)
    await listening
  } catch (error) {
    socket.close()
    const fault = portFault(error, { service, transport: 'udp', address, port })
    throw fault ? new FaultError(fault, { cause: error }) : error
  }
  // Later errors are about single datagrams (no route, refused): the protocols' time-outs deal with them.
  socket.on('error', () => {})
  return socket
}

/** Addresses only, never names: looking each one up would put off every datagram for a turn of the event loop. */
function asItIs(
  address: string,
  _: unknown,
  found: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  found(null, address, 4)
}

/** Closes a socket and waits until its port is free. */
export function closeUdp(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(resolve))
}
