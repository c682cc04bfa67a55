import type { FaultSet } from '../faults/fault-set.ts'

/** What a bad cable does to one direction of traffic: `pass` hands a datagram on, once, twice, later or never. */
export type Impairment = (pass: () => void) => void

const everyLost = 25
const everyHeldBack = 5
/** Longer than the way to the other side and back, shorter than anyone's patience. */
const heldBackMs = 20

/** The packet faults of a board as they are when a datagram passes. The same datagrams suffer each time. */
export function impairment(faults: FaultSet, board: string): Impairment {
  let count = 0
  return (pass) => {
    const index = count
    count += 1
    if (faults.has('packet-loss', board) && index % everyLost === 0) return
    const late = faults.has('packet-reorder', board) && index % everyHeldBack === 0
    const again = faults.has('packet-duplicate', board)
    if (!late) pass()
    if (late || again) setTimeout(pass, late ? heldBackMs : 0)
  }
}

export function isImpaired(faults: FaultSet, board: string): boolean {
  return (['packet-loss', 'packet-duplicate', 'packet-reorder'] as const).some((name) =>
    faults.has(name, board),
  )
}
