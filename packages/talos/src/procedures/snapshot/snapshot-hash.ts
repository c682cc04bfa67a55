import { createHash } from 'node:crypto'

/** etcd appends the SHA-256 of a snapshot to it; what is before are whole blocks. */
const hashBytes = 32
const blockBytes = 512

export type SnapshotCheck = {
  readonly bytes: number
  /** Of the whole file, in hex. */
  readonly sha256: string
  /** `none`: a raw copy of the database, without etcd's hash. */
  readonly hash: 'right' | 'wrong' | 'none'
}

/** Takes a snapshot piece by piece and says what it is worth. */
export function snapshotHash() {
  const whole = createHash('sha256')
  const body = createHash('sha256')
  let tail: Buffer = Buffer.alloc(0)
  let bytes = 0
  return {
    update: (piece: Uint8Array): void => {
      bytes += piece.length
      whole.update(piece)
      const joined = Buffer.concat([tail, piece])
      const cut = Math.max(0, joined.length - hashBytes)
      body.update(joined.subarray(0, cut))
      tail = Buffer.from(joined.subarray(cut))
    },
    finish: (): SnapshotCheck => {
      const right = bytes % blockBytes === hashBytes && bytes > hashBytes && body.digest().equals(tail)
      const raw = bytes > 0 && bytes % blockBytes === 0
      return { bytes, sha256: whole.digest('hex'), hash: right ? 'right' : raw ? 'none' : 'wrong' }
    },
  }
}
