import type { ServiceState } from './service-table.ts'
import type { MachineStage } from './talos-node.ts'

export type MachineStatus = { stage: MachineStage; unmet: { name: string; reason: string }[] }

/** Something that happened on a node in this boot. `actor` is the API call that caused it. */
export type NodeEvent = { id: string; actor: string; time: Date } & (
  | { kind: 'machine'; status: MachineStatus }
  | { kind: 'service'; service: string; state: ServiceState; message: string; healthy: boolean | undefined }
  | { kind: 'sequence'; sequence: Sequence; error?: string }
  | { kind: 'task'; task: string }
)

/** Talos' sequences, by their names in its events. */
export type Sequence = 'reboot' | 'shutdown' | 'reset' | 'upgrade' | 'stageUpgrade'

type NewEvent = NodeEvent extends infer E
  ? E extends NodeEvent
    ? Omit<E, 'id' | 'actor' | 'time'>
    : never
  : never

/** Where a watch begins: only news if nothing is said. */
export type Tail = {
  /** The last so many events; all for a negative number. */
  events?: number
  /** Events after the one with this id, which may be of an earlier boot. */
  afterId?: string
  /** Events since then. */
  since?: Date
}

export type EventLog = {
  push(event: NewEvent, actor?: string): void
  /** Events from `tail` on, without a gap, until the signal aborts. */
  watch(tail: Tail, signal: AbortSignal): AsyncGenerator<NodeEvent>
  /** How many watches there are now. */
  watching(): number
  /** How many watches began so far. */
  begun(): number
}

const kept = 1000

/** The events of one boot. */
export function createEventLog(now: () => Date): EventLog {
  const events: NodeEvent[] = []
  let pushed = 0
  let begun = 0
  let watching = 0
  let next = Promise.withResolvers<void>()
  const first = ({ events: count = 0, afterId, since }: Tail): number => {
    if (afterId) return pushed - events.filter(({ id }) => id > afterId).length
    if (since) return pushed - events.filter(({ time }) => time >= since).length
    return pushed - (count < 0 ? events.length : Math.min(count, events.length))
  }
  return {
    push(event, actor = '') {
      const time = now()
      events.push({ ...event, id: eventId(time), actor, time })
      if (events.length > kept) events.shift()
      pushed += 1
      next.resolve()
      next = Promise.withResolvers()
    },
    watch(tail, signal) {
      begun += 1
      return follow(first(tail), signal)
    },
    watching: () => watching,
    begun: () => begun,
  }

  async function* follow(from: number, signal: AbortSignal): AsyncGenerator<NodeEvent> {
    watching += 1
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    try {
      // What was pushed before the end is still told.
      for (let seen = from; seen < pushed || !signal.aborted; ) {
        const news = events.slice(events.length - Math.min(pushed - seen, events.length))
        seen = pushed
        yield* news
        if (seen === pushed) await Promise.race([next.promise, aborted])
      }
      signal.throwIfAborted()
    } finally {
      watching -= 1
    }
  }
}

let counter = 0

/** An xid, as Talos gives them: 12 bytes in base32hex, in the order in which events happened, over all boots. */
function eventId(time: Date): string {
  counter += 1
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(Math.floor(time.getTime() / 1000))
  bytes.writeUIntBE(counter % 2 ** 40, 7, 5)
  const bits = BigInt(`0x${bytes.toString('hex')}`) << 4n
  return bits.toString(32).padStart(20, '0')
}
