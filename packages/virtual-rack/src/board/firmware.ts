import type { BootMode } from './boot-order.ts'

/** What the firmware found to start. */
export type Boot = { from: 'nvme'; talos: string } | { from: 'network'; kernel: NetworkKernel }

/** A kernel that came over the network, ready to run. */
export type NetworkKernel = { name: string; cmdline: string; address: string }

/** The boot firmware of a Pi 5: one boot mode after the other until one works. */
export type FirmwareState =
  | { at: 'trying'; mode: BootMode; turn: number }
  | { at: 'booted'; boot: Boot }
  | { at: 'stopped' }

/** How a boot mode ended: with something to start, or a reason why not. */
export type Attempt = { boot: Boot } | { failed: string }

export function firstMode(order: readonly BootMode[]): FirmwareState {
  const mode = order[0]
  return mode ? { at: 'trying', mode, turn: 0 } : { at: 'stopped' }
}

/** The state after an attempt. `restart` needs no attempt of its own; `stop` and the end of the list stop. */
export function nextState(order: readonly BootMode[], state: FirmwareState, attempt: Attempt): FirmwareState {
  if (state.at !== 'trying') return state
  if ('boot' in attempt) return { at: 'booted', boot: attempt.boot }
  const turn = state.turn + 1
  const mode = order[turn]
  if (mode === 'restart') return firstMode(order)
  if (mode === undefined || mode === 'stop') return { at: 'stopped' }
  return { at: 'trying', mode, turn }
}

/** Runs the boot order until something boots or it stops. `attempt` must take its time: the loop does not wait. */
export async function runFirmware(
  order: readonly BootMode[],
  attempt: (mode: BootMode) => Promise<Attempt>,
): Promise<Boot | undefined> {
  let state = firstMode(order)
  while (state.at === 'trying') state = nextState(order, state, await attempt(state.mode))
  return state.at === 'booted' ? state.boot : undefined
}
