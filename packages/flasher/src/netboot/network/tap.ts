import type { Socket } from 'node:dgram'

/** A datagram that a service received or sent. Addresses are dotted quads. */
export type SeenDatagram = {
  readonly from: { readonly address: string; readonly port: number }
  readonly to: { readonly address: string; readonly port: number }
  readonly data: Uint8Array
}

/** Gets every datagram of a service. It must not change `data`, nor keep it. */
export type Tap = (datagram: SeenDatagram) => void

/**
 * Lets `tap` see what a socket receives and what it sends through `send(data, port, address, callback)`. The
 * kernel does not tell where a datagram to a socket on all addresses went; it is taken for a broadcast.
 */
export function tapSocket(socket: Socket, tap: Tap | undefined): void {
  if (!tap) return
  const { address: bound, port } = socket.address()
  const own = bound === '0.0.0.0' ? '255.255.255.255' : bound
  socket.on('message', (data, from) => tap({ from, to: { address: own, port }, data }))
  const send = socket.send.bind(socket) as (
    data: Uint8Array,
    port: number,
    address: string,
    done?: () => void,
  ) => void
  const tapped = (data: Uint8Array, toPort: number, address: string, done?: () => void): void => {
    tap({ from: { address: bound, port }, to: { address, port: toPort }, data })
    send(data, toPort, address, done)
  }
  socket.send = tapped as Socket['send']
}
