import { findPeer } from '@homerack/testbed'
import { startRealApiServer } from './real-api-server.ts'

const peers = [findPeer('etcd'), findPeer('kube-apiserver')] as const

/** What a real API server needs and this machine lacks. */
export const missing = peers.flatMap((peer) => ('missing' in peer ? [peer.missing] : []))

/** Starts etcd and kube-apiserver of this machine. */
export function startPeers() {
  const [etcd, apiServer] = peers.map((peer) => ('path' in peer ? peer.path : ''))
  return startRealApiServer({ etcd: String(etcd), apiServer: String(apiServer) })
}
