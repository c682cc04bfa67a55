import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Peer, type PeerName, peers } from './peers.ts'

/** Where everything foreign that we fetch or build is kept: outside the repository. */
export function peerCache(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  return process.env.HOMERACK_PEERS ?? join(cache, 'homerack', 'peers')
}

/** A peer's folder in that cache, named by the content it is made from. */
export function peerFolder(name: PeerName): string {
  const peer: Peer = peers[name]
  const hash = createHash('sha256').update(JSON.stringify(peer))
  if (peer.from === 'go') {
    for (const file of readdirSync(goFolder(peer.folder)).sort()) {
      hash.update(readFileSync(join(goFolder(peer.folder), file)))
    }
  }
  return join(peerCache(), `${name}-${hash.digest('hex').slice(0, 12)}`)
}

/** The Go module of ours that pins a peer. */
export function goFolder(folder: string): string {
  return join(import.meta.dirname, 'go', folder)
}
