import type { Socket } from 'node:dgram'
import type { Impairment } from './impairment.ts'
import { bindUdp } from './udp.ts'

export type Endpoint = { address: string; port: number }

const lastDatagramMs = 100

/**
 * A bad cable between a client and a server that answers a request from a port of its own, as TFTP does. Clients
 * send to the relay in place of the server; the server sees them at `from`, each port of theirs as one of its own.
 */
export async function relayUdp(options: {
  server: Endpoint
  /** Address to listen on. */
  at: string
  /** Address to send from. */
  from: string
  toServer: Impairment
  toClient: Impairment
}): Promise<Endpoint & { close(): void }> {
  const near = await bindUdp(options.at)
  const flows = new Map<number, Promise<{ socket: Socket; server: Endpoint }>>()
  let closed = false

  const open = async (client: Endpoint) => {
    const flow = { socket: await bindUdp(options.from), server: options.server }
    flow.socket.on('message', (data, from) => {
      // A request that arrived twice is answered twice; the client goes on with whoever was first.
      if (flow.server !== options.server && from.port !== flow.server.port) return
      flow.server = from
      options.toClient(() => {
        if (!closed) near.send(data, client.port, client.address)
      })
    })
    return flow
  }
  near.on('message', async (data, client) => {
    const opening = flows.get(client.port) ?? open(client)
    flows.set(client.port, opening)
    const { socket, server } = await opening
    options.toServer(() => {
      if (!closed) socket.send(data, server.port, server.address)
    })
  })
  const close = async () => {
    closed = true
    near.close()
    for (const flow of await Promise.all(flows.values())) flow.socket.close()
  }
  return {
    address: options.at,
    port: near.address().port,
    // The client's last datagram may still be under way.
    close: () => void setTimeout(close, lastDatagramMs),
  }
}
