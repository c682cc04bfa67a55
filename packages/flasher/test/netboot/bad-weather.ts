import { createCipheriv, createHash } from 'node:crypto'
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** Chances from 0 to 1 for one datagram, and how long a late one is held back. */
export type Weather = { loss: number; duplicate: number; late: number; lateMs: number }

export type Relay = { port: number; dropped: () => number; close: () => void }

/** The same bytes for the same seed, quickly. */
export function seededBytes(length: number, seed = 'homerack'): Uint8Array {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length))
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * A UDP relay before a TFTP server that drops, doubles and reorders datagrams. Each client gets its own socket
 * towards the server, and each of the server's transfer ports its own socket towards the client.
 */
export async function startRelay(server: number, weather: Weather, random: () => number): Promise<Relay> {
  const sockets: Socket[] = []
  const upstream = new Map<number, Promise<Socket>>()
  let dropped = 0
  const open = async (): Promise<Socket> => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'listening')
    return socket
  }
  const pass = (socket: Socket, bytes: Buffer, port: number): void => {
    const send = (): void => {
      if (sockets.includes(socket)) socket.send(bytes, port, '127.0.0.1', () => {})
    }
    if (random() < weather.loss) dropped += 1
    else if (random() < weather.late) setTimeout(send, weather.lateMs)
    else send()
    if (random() < weather.duplicate) send()
  }
  const openUpstream = async (client: RemoteInfo): Promise<Socket> => {
    const up = await open()
    const down = new Map<number, Promise<Socket>>()
    const openDown = async (transfer: number): Promise<Socket> => {
      const socket = await open()
      socket.on('message', (bytes) => pass(up, bytes, transfer))
      return socket
    }
    up.on('message', async (bytes, { port }) => {
      if (!down.has(port)) down.set(port, openDown(port))
      pass((await down.get(port)) as Socket, bytes, client.port)
    })
    return up
  }
  const front = await open()
  front.on('message', async (bytes, client) => {
    if (!upstream.has(client.port)) upstream.set(client.port, openUpstream(client))
    pass((await upstream.get(client.port)) as Socket, bytes, server)
  })
  const close = (): void => {
    for (const socket of sockets.splice(0)) socket.close()
  }
  return { port: front.address().port, dropped: () => dropped, close }
}
