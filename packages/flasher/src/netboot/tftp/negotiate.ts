import type { TftpOptions } from './tftp-packet.ts'

/** How one transfer runs. Sizes are in bytes, times in milliseconds. */
export type Terms = {
  readonly blockSize: number
  /** Blocks in flight (RFC 7440). */
  readonly window: number
  /** A fixed retransmission time the client asked for; otherwise ours, with back-off. */
  readonly timeoutMs?: number
  /** What the OACK says. Empty: no OACK, straight to DATA 1. */
  readonly accepted: TftpOptions
}

/** An Ethernet frame's 1500 bytes less IP, UDP and TFTP headers: larger blocks would fragment. */
export const LARGEST_BLOCK = 1468
const DEFAULT_BLOCK = 512
const LARGEST_WINDOW = 16

/**
 * The terms of a read request. Only what was asked is answered, never with a larger value; unknown and
 * nonsensical options are left out, as RFC 2347 wants. A Pi drops files silently when the OACK is missing and
 * allocates its memory from `tsize`, so that is exact.
 */
export function negotiate(asked: TftpOptions, size: number): Terms {
  const accepted = new Map<string, string>()
  const accept = (name: string, from: number, to: number, most: number): number | undefined => {
    const value = asked.get(name)
    if (value === undefined || !/^\d{1,9}$/.test(value)) return undefined
    const number = Number(value)
    if (number < from || number > to) return undefined
    accepted.set(name, String(Math.min(number, most)))
    return Math.min(number, most)
  }
  const blockSize = accept('blksize', 8, 65464, LARGEST_BLOCK) ?? DEFAULT_BLOCK
  const window = accept('windowsize', 1, 65535, LARGEST_WINDOW) ?? 1
  const seconds = accept('timeout', 1, 255, 255)
  if (asked.get('tsize') === '0') accepted.set('tsize', String(size))
  return { blockSize, window, accepted, ...(seconds === undefined ? {} : { timeoutMs: 1000 * seconds }) }
}
