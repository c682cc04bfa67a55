import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import { connectionError, SilentError } from './connection-error.ts'
import type { KubeconfigContext } from './kubeconfig.ts'

export type Exchange = {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal: AbortSignal
  /** Milliseconds without a byte after which the server counts as gone. */
  readonly silence: number
}

export type Transport = {
  /** Sends once and answers as soon as the headers are there. Throws a FaultError, or the reason of an abort. */
  send(exchange: Exchange): Promise<IncomingMessage>
  close(): void
}

const connectWithin = 10_000

/**
 * HTTPS with kept connections. The socket goes to `resolve(host)`, TLS is verified against the host that the
 * kubeconfig names.
 */
export function createTransport(context: KubeconfigContext, resolve: (address: string) => string): Transport {
  const { server, ca, cert, key, token } = context
  const host = server.hostname.replace(/^\[|\]$/g, '')
  const agent = new Agent({
    keepAlive: true,
    // No name is sent for an IP address (RFC 6066 section 3); the certificate is checked for it all the same.
    servername: isIP(host) ? '' : host,
    checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  })
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return {
    async send(exchange) {
      const path = server.pathname.replace(/\/$/, '') + exchange.path
      const headers = { host: server.host, ...authorization, ...exchange.headers }
      const where = { agent, host: resolve(host), port: server.port || 443 }
      const options = { ...where, path, headers, method: exchange.method }
      try {
        return await sendOnce(options, exchange)
      } catch (error) {
        // The server may close a kept connection just when it is used again.
        const again = error instanceof StaleError && exchange.method !== 'POST'
        if (!again) throw toFault(server.host, exchange, error)
      }
      return sendOnce(options, exchange).catch((error) => {
        throw toFault(server.host, exchange, error)
      })
    },
    close: () => agent.destroy(),
  }
}

/** A connection that had been used before broke before it answered. */
class StaleError extends Error {}

function toFault(server: string, { signal }: Exchange, error: unknown): unknown {
  return signal.aborted ? signal.reason : connectionError(server, error as Error)
}

function sendOnce(options: object, exchange: Exchange): Promise<IncomingMessage> {
  const { body, signal, silence } = exchange
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ ...options, signal })
    const connecting = setTimeout(() => {
      request.destroy(new SilentError('no connection', connectWithin))
    }, connectWithin)
    const isOpen = () => clearTimeout(connecting)
    request.on('socket', (socket) => {
      // Finds out within 15 s that a node which held the address is gone.
      socket.setKeepAlive(true, 5000)
      if (socket.connecting) socket.once('secureConnect', isOpen)
      else isOpen()
    })
    request.setTimeout(silence, () => request.destroy(new SilentError('no answer', silence)))
    request.on('response', resolve)
    request.on('close', isOpen)
    request.on('error', (error) => {
      const isStale = request.reusedSocket && !(error instanceof SilentError)
      reject(isStale ? new StaleError(error.message, { cause: error }) : error)
    })
    request.end(body)
  })
}

/** The whole body as text. Throws like `send`. */
export async function readText(
  response: IncomingMessage,
  signal: AbortSignal,
  server: string,
): Promise<string> {
  try {
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += chunk
    return text
  } catch (error) {
    throw signal.aborted ? signal.reason : connectionError(server, error as Error)
  }
}
