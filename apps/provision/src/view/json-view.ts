import type { EventReader } from '../events/event-stream.ts'

/** Every event as one JSON object a line. */
export function jsonView(write: (text: string) => void): EventReader {
  return (event) => write(`${JSON.stringify(event)}\n`)
}
