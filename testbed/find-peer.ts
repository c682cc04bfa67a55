import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { peerFolder } from './peer-folder.ts'
import { type Peer, type PeerName, peers } from './peers.ts'

/** A peer on this machine, or the reason why there is none, which is what a skipped test prints. */
export type FoundPeer = { readonly path: string; readonly version: string } | { readonly missing: string }

/** Looks for a peer: those that we build in their cache, the others on the PATH. */
export function findPeer(name: PeerName): FoundPeer {
  const peer: Peer = peers[name]
  if (peer.from === 'debian') {
    const path = onPath(peer.command)
    return path
      ? { path, version: 'as installed' }
      : { missing: `${name} is not on this machine: apt-get install ${peer.package}` }
  }
  const path = join(peerFolder(name), peer.command)
  return isExecutable(path)
    ? { path, version: peer.version }
    : { missing: `${name} ${peer.version} is not on this machine: npm run peers -- ${name}` }
}

function onPath(command: string): string | undefined {
  const folders = `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter)
  return folders.map((folder) => join(folder, command)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
