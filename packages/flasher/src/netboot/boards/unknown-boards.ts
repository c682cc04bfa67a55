import type { UnknownBoard } from '../netboot-event.ts'

const QUIET_MS = 60_000
const MOST_KNOWN = 1024

/** Passes an unknown board on once a minute, so that a board that boots in a loop does not fill the log. */
export function createUnknownBoards(
  onUnknown: (unknown: UnknownBoard) => void,
  now: () => number,
): (unknown: UnknownBoard) => void {
  const heard = new Map<string, number>()
  return (unknown) => {
    const key = unknown.mac ?? unknown.serial ?? unknown.address
    const at = now()
    if (at - (heard.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return
    if (heard.size >= MOST_KNOWN) heard.clear()
    heard.set(key, at)
    onUnknown(unknown)
  }
}
