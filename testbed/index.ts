export { type FoundPeer, findPeer } from './find-peer.ts'
export type { PeerName } from './peers.ts'
