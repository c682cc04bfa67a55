import { isIP } from 'node:net'
import { checkServerIdentity, connect, type SecureContext, type TLSSocket } from 'node:tls'
import { fingerprintOf } from './fingerprint.ts'

export type ConnectionTarget = {
  /** Throws if there is no point in dialling. */
  readonly beforeDial: () => void
  /** The node's address in the rack, against which its certificate is checked. */
  readonly address: string
  readonly port: number
  /** From `secureContextOf`. */
  readonly context: SecureContext
  /** In maintenance mode any certificate will do, unless its fingerprint is pinned. */
  readonly maintenance: { readonly fingerprint?: string | undefined } | undefined
  /** Where the socket really goes. */
  readonly resolve: (address: string) => string
}

/** A peer that accepts TCP but never finishes its handshake is given up after this, in milliseconds. */
const handshakeTimeout = 10_000

/**
 * A TLS connection to the node that it claims to be, ready for HTTP/2. Nothing is sent over it before the
 * certificate, or in maintenance mode its pinned fingerprint, is checked.
 */
export function openSocket(
  { address, port, context, maintenance, resolve: place }: ConnectionTarget,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>()
  const socket = connect({
    host: place(address),
    port,
    servername: isIP(address) ? '' : address,
    ALPNProtocols: ['h2'],
    secureContext: context,
    rejectUnauthorized: !maintenance,
    checkServerIdentity: (_, certificate) => checkServerIdentity(address, certificate),
  })
  const timer = setTimeout(
    () => fail('ETIMEDOUT', `no TLS handshake with ${address}:${port}`),
    handshakeTimeout,
  )
  const fail = (code: string, message: string) => socket.destroy(Object.assign(new Error(message), { code }))
  const abort = () => fail('ECONNRESET', 'the client was closed')
  signal.addEventListener('abort', abort, { once: true })
  socket.once('secureConnect', () => {
    const seen = fingerprintOf(socket.getPeerCertificate().raw)
    const pinned = maintenance?.fingerprint
    if (pinned !== undefined && pinned !== seen) {
      fail('ERR_TLS_FINGERPRINT', `the node's certificate has fingerprint ${seen}, expected ${pinned}`)
    } else if (socket.alpnProtocol !== 'h2') fail('ERR_TLS_ALPN', 'the peer does not speak HTTP/2')
    else resolve(socket)
  })
  socket.on('error', reject)
  socket.once('close', () => {
    signal.removeEventListener('abort', abort)
    reject(Object.assign(new Error(`${address}:${port} closed the connection`), { code: 'ECONNRESET' }))
  })
  return promise.finally(() => clearTimeout(timer))
}
