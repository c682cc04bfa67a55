import { createSocket, type Socket } from 'node:dgram'

/** A UDP socket bound to an address. Port 0 takes a free one. */
export async function bindUdp(address: string, port = 0): Promise<Socket> {
  const socket = createSocket('udp4')
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once('error', reject)
  socket.bind({ address, port, exclusive: true }, () => resolve())
  await promise
  socket.off('error', reject)
  // A datagram to a port that nobody listens on comes back as an error; on a network it is just lost.
  socket.on('error', () => {})
  return socket
}
