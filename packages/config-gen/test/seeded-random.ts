import { createHash } from 'node:crypto'
import type { Random } from '../src/index.ts'

/** Bytes that look random and are the same in every run. */
export function seededRandom(seed = 'seed'): Random {
  let count = 0
  return (size) => {
    const blocks = Array.from({ length: Math.ceil(size / 32) }, () =>
      createHash('sha256').update(`${seed}${count++}`).digest(),
    )
    return Buffer.concat(blocks).subarray(0, size)
  }
}

export const fixedClock = () => new Date('2026-01-02T03:04:05Z')
