import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sequence } from './event-log.ts'
import type { MachineStage, TalosEnd, TalosNode } from './talos-node.ts'

export type Ending = {
  sequence: Sequence
  stage: MachineStage
  end: TalosEnd
  /** What the sequence does before it stops the services. The node goes on if it cannot. */
  work?: () => Promise<void>
}

const longestFarewellMs = 5000
const waitForWatchMs = 1000

/**
 * Runs one of Talos' sequences that end this boot, after the answer to whoever asked for it has left.
 *
 * @returns the actor id that the sequence's events carry
 */
export function endBoot(node: TalosNode, ending: Ending): string {
  const actor = randomUUID()
  const before = node.state().stage
  node.events.push({ kind: 'sequence', sequence: ending.sequence }, actor)
  node.update({ stage: ending.stage })
  void runSequence(node, ending, actor).catch((error: Error) => {
    if (node.signal.aborted) return
    node.log(`${ending.sequence} failed: ${error.message}`)
    node.events.push({ kind: 'sequence', sequence: ending.sequence, error: error.message }, actor)
    node.update({ stage: before })
  })
  return actor
}

async function runSequence(node: TalosNode, { work, end }: Ending, actor: string): Promise<void> {
  await work?.()
  const { events } = node
  // talosctl asks for a shutdown and for events at the same time. No Pi is off before it has both.
  const noticed = Date.now() + (end === 'shutdown' ? waitForWatchMs : 0)
  while (events.watching() === 0 && Date.now() < noticed) await sleep(50, undefined, { signal: node.signal })
  const expected = events.begun() + events.watching()
  events.push({ kind: 'task', task: 'stopAllServices' }, actor)
  // talosctl 1.13 hangs up at these events and watches again a second later, for news only. A Pi is still
  // stopping services by then; a quicker node would be up again before it looks, and be waited for in vain.
  const deadline = Date.now() + longestFarewellMs
  while (events.begun() < expected && Date.now() < deadline)
    await sleep(50, undefined, { signal: node.signal })
  node.control.finish(end)
}
