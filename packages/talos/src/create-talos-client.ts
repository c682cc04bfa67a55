import { talosCalls } from './calls/talos-calls.ts'
import { createCaller } from './connection/caller.ts'
import { connectTo } from './connection/connect-to.ts'
import type { Credentials } from './connection/credentials.ts'

/** Where Talos listens. */
export const talosPort = 50_000

export type TalosClientOptions = {
  /** The node's address, which its certificate must carry. */
  readonly address: string
  readonly port?: number
  readonly credentials: Credentials
  /** Where sockets for an address really go; the address itself if not said. */
  readonly resolve?: (address: string) => string
  /** Deadline of a unary call in milliseconds; 10 s if not said. Transfers have their own, half an hour. */
  readonly timeoutMs?: number
  /** Ends every call and stream. The connection still wants `close`. */
  readonly signal?: AbortSignal
}

export type TalosClient = ReturnType<typeof createTalosClient>

/**
 * A client for one node's Talos API (1.13 and 1.14), over gRPC with TLS 1.2 or later. It speaks to the node itself
 * and never asks it to forward. Connects with the first call, and again after a loss.
 *
 * Every call throws FaultError: E_TALOS_UNREACHABLE, E_TALOS_TLS, E_TALOS_OTHER_NODE, E_TALOS_EXPIRED,
 * E_TALOS_DENIED, E_TALOS_DEADLINE, E_TALOS_UNAVAILABLE, E_TALOS_CLOSED and more; `talosStatusOf` gives the gRPC
 * status. An aborted signal throws its reason instead.
 *
 * @throws FaultError E_TALOS_CREDENTIALS if the certificates or the key cannot be used.
 */
export function createTalosClient(options: TalosClientOptions) {
  const {
    address,
    port = talosPort,
    credentials,
    resolve = (same) => same,
    timeoutMs = 10_000,
    signal,
  } = options
  const life = new AbortController()
  const connection = connectTo({ address, port, credentials, resolve })
  const caller = createCaller({ address, timeoutMs, life: life.signal, signal })
  const close = () => {
    life.abort()
    connection.close()
  }
  return {
    ...talosCalls({ address, ...connection, caller }),
    /** base64(SHA-256(SPKI)) of the certificate that the node showed last. */
    fingerprint: connection.fingerprint,
    /** Ends open calls and closes the connection. */
    close,
  }
}
