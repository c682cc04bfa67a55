import { findPeer, type PeerName } from '@homerack/testbed'
import { startRealApiServer } from './real-api-server.ts'

const apiServer: readonly PeerName[] = ['etcd', 'kube-apiserver']
const controllers: readonly PeerName[] = ['kube-controller-manager', 'kube-scheduler', 'kwok']

/** What a real API server needs and this machine lacks. */
export const missing = lacking(apiServer)

/** What a real API server with controllers needs and this machine lacks. */
export const missingControllers = lacking([...apiServer, ...controllers])

/** Starts etcd and kube-apiserver of this machine. */
export function startPeers() {
  return startRealApiServer({ etcd: pathOf('etcd'), apiServer: pathOf('kube-apiserver') })
}

/** Starts them with controllers and a scheduler, and kwok, which plays nodes and pods. */
export function startControlPlane() {
  return startRealApiServer({
    etcd: pathOf('etcd'),
    apiServer: pathOf('kube-apiserver'),
    controllers: {
      controllerManager: pathOf('kube-controller-manager'),
      scheduler: pathOf('kube-scheduler'),
      kwok: pathOf('kwok'),
    },
  })
}

function lacking(names: readonly PeerName[]): string[] {
  return names.map(findPeer).flatMap((peer) => ('missing' in peer ? [peer.missing] : []))
}

function pathOf(name: PeerName): string {
  const peer = findPeer(name)
  return 'path' in peer ? peer.path : ''
}
