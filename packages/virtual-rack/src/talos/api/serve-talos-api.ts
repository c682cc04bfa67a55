import { createHash, X509Certificate } from 'node:crypto'
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2Session,
  type SecureServerOptions,
} from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { Code, type ContextValues, createContextValues } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import type { TalosNode } from '../talos-node.ts'
import { whenFree } from '../when-free.ts'
import { type Caller, callerKey } from './call.ts'
import { maintenanceCertificate, nodeCertificate } from './node-certificate.ts'
import { serveAll } from './services.ts'

const talosPort = 50_000

/** Talos reads messages up to this size. */
const readMaxBytes = 32 * 1024 * 1024
const farewellMs = 50

export type TalosApi = {
  /** base64 of SHA-256 of the certificate's public key, as Talos prints it. */
  fingerprint: string
  /** Lets answers that are under way out, then hangs up. */
  close(): Promise<void>
}

/**
 * The machine API of a node at its address. In maintenance mode anyone is a reader and the certificate is
 * self-made; secured, client certificates of the config's own CA are asked for, and say the caller's roles.
 */
export async function serveTalosApi(node: TalosNode, mode: 'maintenance' | 'secured'): Promise<TalosApi> {
  const maintenance = mode === 'maintenance'
  const certificate = maintenance ? await maintenanceCertificate(node) : await nodeCertificate(node)
  const options: SecureServerOptions = {
    cert: certificate.crt,
    key: certificate.key,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['h2'],
    ...(!maintenance && { ca: node.state().config?.osCa.crt, requestCert: true, rejectUnauthorized: true }),
  }
  const handler = connectNodeAdapter({
    routes: (router) => serveAll(router, node),
    contextValues: (request) =>
      callerValues(maintenance, (request.socket as TLSSocket | undefined) ?? undefined),
    connect: false,
    grpcWeb: false,
    readMaxBytes,
    fallback: unknownService,
  })
  const server = createSecureServer(options, handler)
  const sessions = track(server)
  if (maintenance) changeCertificates(server, node)
  await whenFree(node, talosPort, () => listen(server, node.world.loopback(node.state().address)))
  const close = () => hangUp(server, sessions, node.signal)
  return { fingerprint: fingerprintOf(certificate.crt), close }
}

function callerValues(maintenance: boolean, socket: TLSSocket | undefined): ContextValues {
  const organizations = maintenance ? ['os:reader'] : (socket?.getPeerCertificate().subject?.O ?? [])
  const caller: Caller = { roles: new Set([organizations].flat()), maintenance }
  return createContextValues().set(callerKey, caller)
}

type NodeHandler = ReturnType<typeof connectNodeAdapter>

/** A service that a rack does not play, told as gRPC tells it. */
const unknownService: NodeHandler = (request, response) => {
  response.writeHead(200, {
    'content-type': 'application/grpc',
    'grpc-status': String(Code.Unimplemented),
    'grpc-message': `unknown method ${request.url}`,
  })
  response.end()
}

/** Plays `maintenance-certificate-changed`: whoever connects next sees another one. */
function changeCertificates(server: Http2SecureServer, node: TalosNode): void {
  server.on('connection', () => {
    if (!node.world.faults.has('maintenance-certificate-changed', node.board.name)) return
    void maintenanceCertificate(node).then(({ crt, key }) => server.setSecureContext({ cert: crt, key }))
  })
}

function track(server: Http2SecureServer): Set<Http2Session> {
  const sessions = new Set<Http2Session>()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    // A client that hangs up in mid-air is no trouble of the server's.
    session.on('error', () => {})
  })
  return sessions
}

async function listen(server: Http2SecureServer, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port: talosPort, exclusive: true }, resolve)
  await promise.finally(() => server.off('error', reject))
}

async function hangUp(
  server: Http2SecureServer,
  sessions: Set<Http2Session>,
  power: AbortSignal,
): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  for (const session of sessions) session.close()
  if (!power.aborted) await sleep(farewellMs)
  for (const session of sessions) session.destroy()
  await closed
}

function fingerprintOf(pem: string): string {
  const spki = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(spki).digest('base64')
}
