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
    const at = now()
    // A board tells its MAC, its serial or neither, depending on what it asks for; its address joins them.
    const keys = [unknown.mac, unknown.serial, unknown.address].filter(
      (key) => key && key !== '0.0.0.0',
    ) as string[]
    const isKnown = keys.some((key) => at - (heard.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET_MS)
    if (heard.size >= MOST_KNOWN) heard.clear()
    for (const key of isKnown ? keys.filter((each) => !heard.has(each)) : keys) heard.set(key, at)
    if (!isKnown) onUnknown(unknown)
  }
}
