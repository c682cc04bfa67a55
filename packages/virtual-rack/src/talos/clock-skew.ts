import type { FaultSet } from '../faults/fault-set.ts'
import type { TalosWorld } from './talos-node.ts'

const skewMs = 3_600_000

/** How far a board's clock is ahead, in milliseconds: plays `clock-skew`. */
export function clockSkew(faults: FaultSet, board: string): number {
  return faults.has('clock-skew', board) ? skewMs : 0
}

/** The world as a board with its own clock sees it. */
export function withClockOf(board: string, world: TalosWorld): TalosWorld {
  return { ...world, now: () => new Date(world.now().getTime() + clockSkew(world.faults, board)) }
}
