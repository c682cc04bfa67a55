import { createSecureServer, type Http2SecureServer, type SecureServerOptions } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { type Code, ConnectError, type ConnectRouter, type ServiceImpl } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import { cluster, image, lifecycle, machine, state, storage } from '../../src/protocol.ts'
import { type Authority, newAuthority, newLeaf, type Pair } from './certificates.ts'

/** The rack address that every fake node has; its socket is on loopback. */
export const address = '192.168.10.51'

export type Services = {
  machine?: Partial<ServiceImpl<typeof machine.MachineService>>
  lifecycle?: Partial<ServiceImpl<typeof lifecycle.LifecycleService>>
  image?: Partial<ServiceImpl<typeof image.ImageService>>
  storage?: Partial<ServiceImpl<typeof storage.StorageService>>
  cluster?: Partial<ServiceImpl<typeof cluster.ClusterService>>
  state?: Partial<ServiceImpl<typeof state.State>>
}

export type FakeNode = {
  port: number
  target: { address: string; port: number; resolve: () => string }
  /** Open connections. */
  sockets: Set<Socket>
  close(): Promise<void>
}

export const relabel = (key: string) => key.replaceAll('ED25519 PRIVATE', 'PRIVATE')

export async function listen(server: Http2SecureServer): Promise<FakeNode> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  server.on('sessionError', () => {})
  server.on('tlsClientError', () => {})
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((done) => server.close(done))
  }
  return { port, target: { address, port, resolve: () => '127.0.0.1' }, sockets, close }
}

export function routes(services: Services): (router: ConnectRouter) => void {
  return (router) => {
    router.service(machine.MachineService, services.machine ?? {})
    router.service(lifecycle.LifecycleService, services.lifecycle ?? {})
    router.service(image.ImageService, services.image ?? {})
    router.service(storage.StorageService, services.storage ?? {})
    router.service(cluster.ClusterService, services.cluster ?? {})
    router.service(state.State, services.state ?? {})
  }
}

export type Pki = {
  ca: Authority
  client: Pair
  credentials: { ca: string; crt: string; key: { reveal(): string } }
}

export async function newPki(): Promise<Pki> {
  const ca = await newAuthority()
  const client = await newLeaf(ca, { subject: 'O=os:admin' })
  return { ca, client, credentials: { ca: ca.crt, crt: client.crt, key: { reveal: () => client.key } } }
}

/** A configured node: mTLS with the cluster's CA. */
export async function secured(
  pki: Pki,
  services: Services,
  leaf: { ip?: string; notAfter?: Date } = {},
): Promise<FakeNode> {
  const { crt, key } = await newLeaf(pki.ca, { subject: 'CN=pi-1', ip: address, ...leaf })
  return start(
    { cert: crt, key: relabel(key), ca: pki.ca.crt, requestCert: true, rejectUnauthorized: true },
    services,
  )
}

/** A node in maintenance mode: a throw-away certificate, no client certificate. */
export async function maintenance(services: Services): Promise<FakeNode & { spki: Buffer }> {
  const { crt, key, spki } = await newLeaf(await newAuthority('throw-away'), {
    subject: 'CN=maintenance-service.talos.dev',
  })
  return { ...(await start({ cert: crt, key: relabel(key) }, services)), spki }
}

function start(tls: SecureServerOptions, services: Services): Promise<FakeNode> {
  return listen(
    createSecureServer({ ...tls, minVersion: 'TLSv1.2' }, connectNodeAdapter({ routes: routes(services) })),
  )
}

export function refuse(code: Code, message: string): never {
  throw new ConnectError(message, code)
}
