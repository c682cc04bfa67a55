import type { ProvisionEvent, TimedEvent } from './provision-event.ts'

export type EventReader = (event: TimedEvent) => void

export type EventStream = {
  emit(event: ProvisionEvent): void
  /** Readers see every event in order, from the moment they subscribe. */
  subscribe(reader: EventReader): void
  /** Milliseconds since the stream began. */
  elapsed(): number
}

export type Clock = { now(): Date }

/** The one stream that the terminal view, the JSON lines, the journal and the report read. */
export function createEventStream(clock: Clock): EventStream {
  const began = clock.now().getTime()
  const readers: EventReader[] = []
  const elapsed = () => clock.now().getTime() - began
  return {
    elapsed,
    subscribe: (reader) => readers.push(reader),
    emit: (event) => {
      const timed: TimedEvent = { at: clock.now().toISOString(), ms: elapsed(), ...event }
      for (const reader of readers) reader(timed)
    },
  }
}
