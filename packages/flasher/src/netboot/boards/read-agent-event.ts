import type { Fault } from '@homerack/errors'
import type { AgentEvent } from '../../protocol/index.ts'
import type { NetbootEvent } from '../netboot-event.ts'
import type { BoardState } from './board-state.ts'

/** What an agent's event is held against. */
export type AgentEventContext = {
  /** The board's name. */
  readonly board: string
  /** The assignment is not of this operator process. */
  readonly adopted: boolean
  /** SHA-256 of the framed image served here. */
  readonly image: string
  /** `imageDigest` of its ranges: what a board must have read back. */
  readonly digest: string
}

/** What an event means. `ends`: the board is done with its assignment and is disarmed. */
export type AgentEventMeaning = {
  readonly state?: BoardState
  readonly event: NetbootEvent
  readonly ends: boolean
}

/** What an agent's event means for its board. A `flashed` whose read-back differs from the image is a failure. */
export function readAgentEvent(event: AgentEvent, context: AgentEventContext): AgentEventMeaning {
  const { board, adopted, image, digest } = context
  if ('image' in event && event.image !== image) {
    const fault = foreignImage(board, event.image)
    return { event: { type: 'warning', board, fault }, ends: event.type === 'flashed' }
  }
  if (event.type === 'progress') {
    const { type, ...progress } = event
    return {
      state: { kind: 'working', adopted, ...progress },
      event: { type, board, adopted, ...progress },
      ends: false,
    }
  }
  if (event.type === 'flashed' && event.sha256 === digest) {
    const { type, ...flashed } = event
    return {
      state: { kind: 'flashed', ...flashed },
      event: { type, board, adopted, ...flashed },
      ends: true,
    }
  }
  const { assignment } = event
  const fault = event.type === 'failed' ? event.fault : wrongDigest(board)
  return {
    state: { kind: 'failed', assignment, fault },
    event: { type: 'failed', board, assignment, adopted, fault },
    ends: true,
  }
}

function foreignImage(board: string, found: string): Fault {
  const cause = `its agent writes image ${found.slice(0, 12)}, which is not the one planned here`
  return {
    code: 'W_FOREIGN_IMAGE',
    subject: board,
    cause,
    hint: 'Let it finish; the plan then says what is left.',
  }
}

function wrongDigest(board: string): Fault {
  const cause = 'what the board read back from its disk is not the image'
  return { code: 'E_DISK_VERIFY', subject: board, cause, hint: 'The disk or its adapter may be failing.' }
}
