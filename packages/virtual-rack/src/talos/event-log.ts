import { randomUUID } from 'node:crypto'
import type { ServiceState } from './service-table.ts'
import type { MachineStage } from './talos-node.ts'

export type MachineStatus = { stage: MachineStage; unmet: { name: string; reason: string }[] }

/** Something that happened on a node in this boot. `actor` is the API call that caused it. */
export type NodeEvent = { id: string; actor: string } & (
  | { kind: 'machine'; status: MachineStatus }
  | { kind: 'service'; service: string; state: ServiceState; message: string; healthy: boolean | undefined }
  | { kind: 'sequence'; sequence: string }
)

type NewEvent = NodeEvent extends infer E ? (E extends NodeEvent ? Omit<E, 'id' | 'actor'> : never) : never

export type EventLog = {
  push(event: NewEvent, actor?: string): void
  /** The last `count` events; all for a negative number. */
  tail(count: number): NodeEvent[]
  /** Events from now on, until the signal aborts. */
  follow(signal: AbortSignal): AsyncGenerator<NodeEvent>
}

const kept = 1000

export function createEventLog(): EventLog {
  const events: NodeEvent[] = []
  let pushed = 0
  let next = Promise.withResolvers<void>()
  return {
    push(event, actor = '') {
      events.push({ ...event, id: randomUUID(), actor })
      if (events.length > kept) events.shift()
      pushed += 1
      next.resolve()
      next = Promise.withResolvers()
    },
    tail: (count) => (count < 0 ? [...events] : events.slice(events.length - Math.min(count, events.length))),
    async *follow(signal) {
      const aborted = new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => resolve(), { once: true }),
      )
      for (let seen = pushed; !signal.aborted; ) {
        const news = events.slice(events.length - Math.min(pushed - seen, events.length))
        seen = pushed
        yield* news
        if (seen === pushed) await Promise.race([next.promise, aborted])
      }
      signal.throwIfAborted()
    },
  }
}
