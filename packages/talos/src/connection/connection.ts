import { type ClientHttp2Session, connect } from 'node:http2'
import { isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Transport } from '@connectrpc/connect'
import { createGrpcTransport, type GrpcTransportOptions } from '@connectrpc/connect-node'
import { fingerprintOf } from './fingerprint.ts'
import { type ConnectionTarget, openSocket } from './open-socket.ts'
import { type Upload, uploadOver } from './upload.ts'

export type Connection = {
  readonly transport: Transport
  readonly upload: Upload
  /** Of the certificate that the node showed last; undefined before the first connection. */
  fingerprint(): string | undefined
  close(): void
}

/** Talos sets the same limit in both directions. */
export const maxMessageBytes = 32 * 1024 * 1024

/** Keepalive, in milliseconds: a follower notices a dead node after both. */
const pingIntervalMs = 15_000
const pingTimeoutMs = 10_000

/**
 * One HTTP/2 connection to a node, opened by the first call and opened again when it was lost.
 *
 * Its own keeper of the session, because connect-node's (2.2.0) loops forever, and with it the whole process, when
 * a session dies in the tick in which it connects.
 */
export function openConnection(target: ConnectionTarget): Connection {
  const host = isIP(target.address) === 6 ? `[${target.address}]` : target.address
  const baseUrl = `https://${host}:${target.port}`
  const life = new AbortController()
  const sessions = new Set<ClientHttp2Session>()
  let current: Promise<ClientHttp2Session> | undefined
  let fingerprint: string | undefined

  const open = async (): Promise<ClientHttp2Session> => {
    target.beforeDial()
    const socket = await openSocket(target, life.signal)
    fingerprint = fingerprintOf(socket.getPeerCertificate().raw)
    const session = startSession(baseUrl, socket)
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    return session
  }

  /** The open session; a new one if there is none, or if it is over. */
  const ready = async (again = true): Promise<ClientHttp2Session> => {
    current ??= open()
    const mine = current
    const session = await mine.catch(() => undefined)
    if (session && !session.closed && !session.destroyed) return session
    if (current === mine) current = undefined
    return session && again ? ready(false) : mine
  }

  const sessionManager: NonNullable<GrpcTransportOptions['sessionManager']> = {
    authority: baseUrl,
    request: async (method, path, headers, options) =>
      (await ready()).request({ ...headers, ':method': method, ':path': path }, options),
    notifyResponseByteRead: () => {},
  }
  const limits = { readMaxBytes: maxMessageBytes, writeMaxBytes: maxMessageBytes }
  return {
    transport: createGrpcTransport({ baseUrl, sessionManager, ...limits }),
    upload: uploadOver(baseUrl, sessionManager),
    fingerprint: () => fingerprint,
    close: () => {
      life.abort()
      for (const session of sessions) session.destroy()
    },
  }
}

/** A session over a socket that is through its handshake. It dies when the node no longer answers pings. */
function startSession(authority: string, socket: TLSSocket): ClientHttp2Session {
  const session = connect(authority, { createConnection: () => socket })
  const ping = () => {
    const silent = () =>
      session.destroy(Object.assign(new Error('the node is silent'), { code: 'ETIMEDOUT' }))
    const timer = setTimeout(silent, pingTimeoutMs).unref()
    const answered = () => clearTimeout(timer)
    if (!session.ping(answered)) answered()
  }
  const interval = setInterval(ping, pingIntervalMs).unref()
  session.once('close', () => clearInterval(interval))
  // The streams get the error too, and they are what somebody waits for.
  session.on('error', () => {})
  return session
}
