/** Time, so that tests can hold it. */
export type Clock = {
  now(): Date
  /** Calls once after so many milliseconds. */
  after(milliseconds: number, call: () => void): { cancel(): void }
}

export const systemClock: Clock = {
  now: () => new Date(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds)
    return { cancel: () => clearTimeout(timer) }
  },
}

/** A moment as Kubernetes writes it: seconds, UTC. */
export function timestamp(clock: Clock): string {
  return clock
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
}
