import type { Fault } from '@homerack/errors'
import type { AgentEvent, Assignment, Inventory } from '../../protocol/index.ts'

/** Where a board is on its way to a written disk. */
export type BoardState =
  | { readonly kind: 'unseen' }
  /** The firmware asked for an address or a file. */
  | { readonly kind: 'booting' }
  /** The agent runs and waits for an assignment. */
  | { readonly kind: 'waiting' }
  /** `adopted`: an assignment of an earlier operator process. Bytes; `phase` write comes before verify. */
  | ({ readonly kind: 'working'; readonly adopted: boolean } & Omit<
      Extract<AgentEvent, { type: 'progress' }>,
      'type'
    >)
  | ({ readonly kind: 'flashed' } & Omit<Extract<AgentEvent, { type: 'flashed' }>, 'type'>)
  | { readonly kind: 'failed'; readonly assignment: string; readonly fault: Fault }

/** What is known about a board. Times are milliseconds since 1970. */
export type BoardSnapshot = {
  readonly name: string
  readonly serial: string
  readonly mac: string
  readonly state: BoardState
  readonly lastSeen?: number
  /** Where it was last heard from. */
  readonly address?: string
  readonly inventory?: Inventory
  /** The assignment that waits for the board or is being worked on. */
  readonly armed?: Assignment
}
