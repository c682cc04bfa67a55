import { hash } from 'node:crypto'

/**
 * What the first block of a disk says while homerack writes it. Without a partition table such a disk cannot
 * boot, and homerack recognises it as its own: an interrupted write goes on without being asked again.
 */
export type Marker = {
  /** SHA-256 that names the framed image. */
  readonly image: string
  /** `clearing`: old content may still be anywhere. `writing`: holes are clear, ranges are being written. */
  readonly state: 'clearing' | 'writing'
}

export const MARKER_BYTES = 4096
const HASH_AT = MARKER_BYTES - 32

/** The marker as a block: a line of text, zeros, and a SHA-256 of both. */
export function writeMarker({ image, state }: Marker): Buffer {
  const block = Buffer.alloc(MARKER_BYTES)
  block.write(`homerack-flash ${state} ${image}\n`)
  hash('sha256', block.subarray(0, HASH_AT), 'buffer').copy(block, HASH_AT)
  return block
}

/** The marker in a disk's first block, or undefined if it carries none. */
export function readMarker(block: Buffer): Marker | undefined {
  const line = /^homerack-flash (clearing|writing) ([0-9a-f]{64})\n/
  const [, state, image] = line.exec(block.toString('latin1', 0, 128)) ?? []
  if (block.length < MARKER_BYTES || !image || (state !== 'clearing' && state !== 'writing')) return undefined
  const found = block.subarray(HASH_AT, MARKER_BYTES)
  if (!hash('sha256', block.subarray(0, HASH_AT), 'buffer').equals(found)) return undefined
  return { image, state }
}
