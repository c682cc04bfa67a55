import { randomUUID } from 'node:crypto'
import { FaultError } from '@homerack/errors'
import {
  type AgentEvent,
  type Assignment,
  type ImageManifest,
  type Inventory,
  imageDigest,
} from '../../protocol/index.ts'
import type { NetbootEvent } from '../netboot-event.ts'
import type { AllowedBoard, AllowList } from './allow-list.ts'
import type { BoardSnapshot } from './board-state.ts'
import { readAgentEvent } from './read-agent-event.ts'

/** What may be written to a board's disk, and whether content found there may go. */
export type Consent = Pick<Assignment, 'disk' | 'erase'>

export type BoardRegistry = {
  snapshots(): BoardSnapshot[]
  /** The firmware was heard. */
  onFirmware(board: AllowedBoard, address: string): void
  onInventory(board: AllowedBoard, address: string, inventory: Inventory): void
  /** False if the board's inventory is missing: then the agent is to send it again. */
  onAgentEvents(board: AllowedBoard, address: string, events: readonly AgentEvent[]): boolean
  /** An agent asks for its assignment. False if its inventory is missing. */
  onQuestion(board: AllowedBoard, address: string): boolean
  /** The assignment of a board, as soon as there is one; undefined once `signal` aborts. */
  nextAssignment(board: AllowedBoard, signal: AbortSignal): Promise<Assignment | undefined>
  /** @throws FaultError E_BOARD_UNKNOWN */
  assign(serial: string, consent: Consent): Assignment
  /** @throws FaultError E_BOARD_UNKNOWN */
  disarm(serial: string): void
}

export type RegistryOptions = {
  readonly boards: AllowList
  readonly manifest: ImageManifest
  /** The URL of the framed image. */
  readonly url: () => string
  /** An assignment that no agent has fetched is void after this many milliseconds. */
  readonly armedFor: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly emit: (event: NetbootEvent) => void
}

type Entry = {
  readonly board: AllowedBoard
  seen: Omit<BoardSnapshot, keyof AllowedBoard | 'armed'>
  armed?: { readonly assignment: Assignment; readonly until: number; fetched: boolean } | undefined
  /** The assignment that ended last: its end may be told twice. */
  ended?: string
  /** The assignment whose foreign image was warned about. */
  foreign?: string
  /** The agent was asked for its inventory in the middle of its work. */
  recalled: boolean
  arrival: PromiseWithResolvers<void>
}

/**
 * What is known about every board, and which may write its disk. A board is armed by `assign` and disarmed
 * once it has flashed or failed, so that a reboot with a dead disk never starts over by itself.
 */
export function createBoardRegistry(options: RegistryOptions): BoardRegistry {
  const { boards, manifest, now, emit } = options
  const entries = new Map(boards.boards.map((board): [string, Entry] => [board.serial, newEntry(board)]))
  const image = { image: manifest.sha256, digest: imageDigest(manifest.ranges) }

  const entryOf = (serial: string): Entry => {
    const entry = entries.get(serial.toLowerCase())
    if (entry) return entry
    const cause = 'no board with this serial may boot from the network'
    throw new FaultError({ code: 'E_BOARD_UNKNOWN', subject: serial, cause })
  }
  const see = (entry: Entry, address: string, change: Partial<BoardSnapshot>): void => {
    entry.seen = { ...entry.seen, ...change, address, lastSeen: now() }
  }
  const armedOf = (entry: Entry): Assignment | undefined => {
    const { armed, board } = entry
    if (!armed || armed.fetched || now() < armed.until) return armed?.assignment
    entry.armed = undefined
    emit({ type: 'warning', board: board.name, fault: disarmed(board.name) })
    return undefined
  }
  const onAgentEvent = (entry: Entry, address: string, event: AgentEvent): void => {
    const { assignment } = event
    const adopted = entry.armed?.assignment.id !== assignment
    const meaning = readAgentEvent(event, { board: entry.board.name, adopted, ...image })
    const repeated =
      entry.ended === assignment || (!meaning.ends && !meaning.state && entry.foreign === assignment)
    see(entry, address, meaning.state && !repeated ? { state: meaning.state } : {})
    if (!meaning.state) entry.foreign = assignment
    if (repeated) return
    if (meaning.ends) {
      entry.ended = assignment
      entry.armed = undefined
    }
    emit(meaning.event)
  }
  return {
    snapshots: () => [...entries.values()].map((entry) => snapshotOf(entry, armedOf(entry))),
    // The board that starts from its new disk may be heard before anyone has looked at how its flashing ended.
    onFirmware: ({ serial }, address) => {
      const entry = entryOf(serial)
      see(entry, address, isOver(entry.seen.state) ? {} : { state: { kind: 'booting' } })
    },
    onInventory: ({ serial, name }, address, inventory) => {
      const entry = entryOf(serial)
      see(entry, address, { inventory, ...(entry.recalled ? {} : { state: { kind: 'waiting' } }) })
      entry.recalled = false
      emit({ type: 'inventory', board: name, inventory })
    },
    onAgentEvents: ({ serial }, address, events) => {
      const entry = entryOf(serial)
      for (const event of events) onAgentEvent(entry, address, event)
      entry.recalled = entry.seen.inventory === undefined
      return !entry.recalled
    },
    onQuestion: ({ serial }, address) => {
      const entry = entryOf(serial)
      const { state, inventory } = entry.seen
      see(entry, address, isOver(state) || !inventory ? {} : { state: { kind: 'waiting' } })
      return inventory !== undefined
    },
    nextAssignment: async ({ serial }, signal) => {
      const entry = entryOf(serial)
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      while (!signal.aborted) {
        const assignment = armedOf(entry)
        if (entry.armed) entry.armed.fetched = true
        if (assignment) return assignment
        await Promise.race([entry.arrival.promise, aborted])
      }
      return undefined
    },
    assign: (serial, { disk, erase }) => {
      const entry = entryOf(serial)
      const assignment = { id: randomUUID(), disk, erase, image: manifest, url: options.url() }
      entry.armed = { assignment, until: now() + options.armedFor, fetched: false }
      entry.arrival.resolve()
      entry.arrival = Promise.withResolvers()
      return assignment
    },
    disarm: (serial) => {
      entryOf(serial).armed = undefined
    },
  }
}

function isOver({ kind }: BoardSnapshot['state']): boolean {
  return kind === 'flashed' || kind === 'failed'
}

function newEntry(board: AllowedBoard): Entry {
  return { board, seen: { state: { kind: 'unseen' } }, recalled: false, arrival: Promise.withResolvers() }
}

function snapshotOf({ board, seen }: Entry, armed: Assignment | undefined): BoardSnapshot {
  return { ...board, ...seen, ...(armed ? { armed } : {}) }
}

function disarmed(board: string): { code: `W_${string}`; subject: string; cause: string; hint: string } {
  const cause = 'its agent did not fetch its assignment in time, so the disk may no longer be written'
  return { code: 'W_BOARD_DISARMED', subject: board, cause, hint: 'Run the command again.' }
}
