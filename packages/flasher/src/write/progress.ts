import type { ImageRange } from '../protocol/schemas.ts'

export type Progress = {
  readonly type: 'progress'
  readonly phase: 'write' | 'verify'
  /** Bytes of mapped content. */
  readonly done: number
  readonly total: number
  /** Over the last two seconds or so. */
  readonly bytesPerSecond: number
}

const WINDOW_MS = 2000
const SHORTEST_PAUSE_MS = 250

/** Counts bytes and tells of them, four times a second at most, at the start and at the end. */
export function progressMeter(
  phase: Progress['phase'],
  ranges: readonly ImageRange[],
  onEvent: ((event: Progress) => void) | undefined,
  now: () => number = () => performance.now(),
): (bytes: number) => void {
  const total = ranges.reduce((sum, { length }) => sum + length, 0)
  const samples = [{ at: now(), done: 0 }]
  let done = 0
  let told = Number.NEGATIVE_INFINITY
  const tell = () => {
    const at = now()
    samples.push({ at, done })
    while (samples.length > 2 && at - (samples[1]?.at ?? at) >= WINDOW_MS) samples.shift()
    if (at - told < SHORTEST_PAUSE_MS && done < total) return
    told = at
    const first = samples[0] ?? { at, done }
    const seconds = (at - first.at) / 1000
    const bytesPerSecond = seconds > 0 ? Math.round((done - first.done) / seconds) : 0
    onEvent?.({ type: 'progress', phase, done, total, bytesPerSecond })
  }
  tell()
  return (bytes) => {
    done += bytes
    tell()
  }
}
