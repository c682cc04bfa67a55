import { createHash } from 'node:crypto'

const blockBytes = 512
const hashBytes = 32

/** What a snapshot of a rack's etcd holds: Kubernetes' objects, which are all that lives in it. */
export type Snapshot = { kubernetes: unknown }

/** A snapshot in the shape of etcd's: whole blocks, then the SHA-256 of them. The content is the rack's own. */
export function writeSnapshot(snapshot: Snapshot): Uint8Array {
  const content = Buffer.from(JSON.stringify(snapshot))
  const blocks = Buffer.alloc(Math.ceil((content.length + 4) / blockBytes) * blockBytes)
  blocks.writeUInt32BE(content.length)
  content.copy(blocks, 4)
  return new Uint8Array(Buffer.concat([blocks, createHash('sha256').update(blocks).digest()]))
}

/** Reads a snapshot. Undefined if it is damaged, or a real etcd's; `skipHash` reads it without its hash too. */
export function readSnapshot(bytes: Uint8Array, skipHash: boolean): Snapshot | undefined {
  const blocks = Buffer.from(bytes.subarray(0, Math.floor(bytes.length / blockBytes) * blockBytes))
  const hash = Buffer.from(bytes.subarray(blocks.length))
  const right = hash.length === hashBytes && createHash('sha256').update(blocks).digest().equals(hash)
  if (!right && !(skipHash && hash.length === 0)) return undefined
  if (blocks.length < 4) return undefined
  try {
    const content: unknown = JSON.parse(blocks.toString('utf8', 4, 4 + blocks.readUInt32BE(0)))
    return typeof content === 'object' && content !== null && 'kubernetes' in content
      ? { kubernetes: content.kubernetes }
      : undefined
  } catch {
    return undefined
  }
}
