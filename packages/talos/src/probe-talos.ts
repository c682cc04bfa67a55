import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { talosPort } from './create-talos-client.ts'

/** `absent`: nothing that speaks TLS. `maintenance`: waits for a machine config. `secured`: has one. */
export type TalosPresence = 'absent' | 'maintenance' | 'secured'

export type ProbeOptions = {
  readonly address: string
  readonly port?: number
  readonly resolve?: (address: string) => string
  /** Milliseconds; 2000 if not said. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** The common name of the throw-away certificate that Talos shows in maintenance mode (1.13). */
const maintenanceName = 'maintenance-service.talos.dev'

/**
 * Looks who answers at an address: one TLS handshake, no call, nothing sent. A server that breaks the handshake
 * off with a TLS alert asks for a client certificate, so it is secured.
 *
 * @throws the signal's reason if it is aborted; nothing else.
 */
export function probeTalos(options: ProbeOptions): Promise<TalosPresence> {
  const { address, port = talosPort, resolve = (same) => same, timeoutMs = 2000, signal } = options
  signal?.throwIfAborted()
  const { promise, resolve: tell, reject } = Promise.withResolvers<TalosPresence>()
  const socket = connect({
    host: resolve(address),
    port,
    servername: isIP(address) ? '' : address,
    ALPNProtocols: ['h2'],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: false,
  })
  const timer = setTimeout(() => tell('absent'), timeoutMs)
  const abort = () => reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  socket.once('secureConnect', () => {
    const names = [socket.getPeerCertificate().subject?.CN].flat()
    tell(names.includes(maintenanceName) ? 'maintenance' : 'secured')
  })
  socket.on('error', (error) => tell(/alert/.test(error.message) ? 'secured' : 'absent'))
  socket.once('close', () => tell('absent'))
  return promise.finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    socket.destroy()
  })
}
