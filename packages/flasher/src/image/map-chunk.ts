import { isZero } from '../bytes/is-zero.ts'
import { BLOCK_BYTES, HEAD_BYTES } from '../protocol/limits.ts'

/** Holes shorter than this are not worth a range of their own. */
const SHORTEST_HOLE = 64 * 1024

/**
 * Where a chunk of an image has content: runs of bytes, relative to the chunk, that start on 4 KiB blocks.
 * Zero blocks between runs are holes. No run crosses the end of the image's first MiB.
 * @param offset where the chunk lies in the image, a multiple of 4 KiB
 */
export function mapChunk(chunk: Uint8Array, offset: number): { start: number; length: number }[] {
  if (isZero(chunk)) return []
  const runs: { start: number; length: number }[] = []
  for (let at = 0; at < chunk.length; at += BLOCK_BYTES) {
    const end = Math.min(at + BLOCK_BYTES, chunk.length)
    if (isZero(chunk.subarray(at, end))) continue
    const last = runs.at(-1)
    if (last && at - (last.start + last.length) < SHORTEST_HOLE && !separates(last, at, offset))
      last.length = end - last.start
    else runs.push({ start: at, length: end - at })
  }
  return runs
}

/** Whether the end of the first MiB lies between a run and the block at `at`. */
function separates(run: { start: number }, at: number, offset: number): boolean {
  return offset + run.start < HEAD_BYTES && offset + at >= HEAD_BYTES
}
