import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultSet } from '../faults/fault-set.ts'
import type { RackSpec } from './rack-spec.ts'

/** What everything in a rack shares. */
export type RackContext = {
  readonly spec: RackSpec
  /** The rack's state folder. */
  readonly dir: string
  /** First three octets of the loopback network. */
  readonly base: string
  /** Where an address of the rack's network is played. */
  readonly loopback: (address: string) => string
  readonly faults: FaultSet
  readonly now: () => Date
  /** Waits for hardware: `ms` scaled by the rack's speed. Rejects when the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>
}

/** A delay scaled by `speed`. Even 0 gives others a turn, so that a boot loop cannot starve the process. */
export function scaledDelay(speed: number): RackContext['delay'] {
  return async (ms, signal) => {
    await sleep(ms * speed, undefined, { signal })
  }
}
