import { createHash } from 'node:crypto'
import type { ImageManifest } from './schemas.ts'

/**
 * SHA-256 over the SHA-256 digests of an image's mapped ranges, in order. The agent computes it from what it
 * read back, the operator from the manifest; equal means that every mapped byte arrived. The two GPT headers
 * count in the form they have in the image: on the disk they also name the disk's size.
 */
export function imageDigest(ranges: readonly Pick<ImageManifest['ranges'][number], 'sha256'>[]): string {
  const hash = createHash('sha256')
  for (const range of ranges) hash.update(range.sha256, 'hex')
  return hash.digest('hex')
}
