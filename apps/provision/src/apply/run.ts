import type { Netboot } from '@homerack/flasher'
import type { EventStream } from '../events/event-stream.ts'
import type { Journal } from '../journal/journal.ts'
import type { Observer } from '../observe/observer.ts'
import type { Site } from '../site/site.ts'

/** What every step of a run works with. */
export type Run = {
  readonly site: Site
  readonly netboot: Netboot
  readonly observer: Observer
  readonly events: EventStream
  readonly journal: Journal
  readonly signal: AbortSignal
}
