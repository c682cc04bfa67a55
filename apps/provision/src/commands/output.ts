import type { EventStream } from '../events/event-stream.ts'
import { jsonView } from '../view/json-view.ts'
import { liveView } from '../view/live-view.ts'
import { plainView } from '../view/plain-view.ts'

export type OutputKind = 'auto' | 'plain' | 'json'

export type Output = {
  readonly kind: 'live' | 'plain' | 'json'
  /** Writes a block of text for a person; nothing under JSON, whose events say the same. */
  say(text: string): void
  /** Takes the live picture away so that a question can be asked. */
  pause(): void
  done(): void
}

/** Attaches the view that fits: a picture on a terminal, lines elsewhere, JSON lines if asked for. */
export function openOutput(kind: OutputKind, events: EventStream): Output {
  const write = (text: string) => process.stdout.write(text)
  const say = (text: string) => write(`${text}\n`)
  if (kind === 'json') {
    events.subscribe(jsonView(write))
    return { kind: 'json', say: () => {}, pause: () => {}, done: () => {} }
  }
  if (kind === 'auto' && process.stdout.isTTY && process.env.TERM !== 'dumb') {
    const view = liveView(process.stdout, events.elapsed)
    events.subscribe(view.read)
    return { kind: 'live', say, pause: view.clear, done: view.done }
  }
  events.subscribe(plainView(write))
  return { kind: 'plain', say, pause: () => {}, done: () => {} }
}
