import { createSecureServer, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Context } from './context.ts'
import { handle } from './handle.ts'

export type ListenOptions = { host: string; port: number; tls: { cert: string; key: string } }

/**
 * Serves the API over TLS with HTTP/2 and HTTP/1.1. Client certificates of the cluster's CA are asked for and
 * checked; a client without one is answered 401, as with `--anonymous-auth=false`, which Talos sets.
 */
export async function listen(context: Context, ca: string, options: ListenOptions) {
  const { cert, key } = options.tls
  const server = createSecureServer({
    cert,
    key,
    ca,
    requestCert: true,
    rejectUnauthorized: false,
    allowHTTP1: true,
  })
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  server.on('secureConnection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => session.destroy())
  })
  server.on('tlsClientError', () => {})
  server.on('request', (request, response) => {
    response.on('error', () => {})
    void handle(context, request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const session of sessions) session.destroy()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
