import { type Fault, FaultError } from '@homerack/errors'
import type { BoardSnapshot } from '@homerack/flasher'
import type { RackNode } from '@homerack/rack'
import type { Step } from '../plan/plan.ts'
import type { Run } from './run.ts'
import { until } from './until.ts'

/** Milliseconds without a word from a board after which it is given up; it polls or reports every 25 s at least. */
const silentFor = 5 * 60_000
/** Milliseconds for a whole disk, however slow. */
const flashWithin = 2 * 60 * 60_000

/**
 * Lets a board write its disk, and returns when it has read back what it wrote. An agent that is already
 * writing our image, for an operator process that died, is left to finish.
 *
 * @throws FaultError what the agent refused or failed with; E_AGENT_SILENT.
 */
export async function flashNode(
  run: Run,
  node: RackNode,
  step: Extract<Step, { kind: 'flash' }>,
): Promise<void> {
  const { netboot, journal, signal, site } = run
  const { disk } = step
  const board = () => netboot.boards().find(({ serial }) => serial === node.serial)
  const note = (status: 'begin' | 'done' | 'failed', detail: string) =>
    journal.write({ step: 'flash', subject: node.name, status, detail })

  if (board()?.state.kind !== 'working') {
    note('begin', `${disk.serial}, image ${site.image.manifest.sha256}`)
    netboot.assign(node.serial, { disk: { serial: disk.serial, size: disk.size }, erase: step.erase })
  }
  const end = await until(async () => outcome(node, board()), {
    signal,
    within: flashWithin,
    late: () => silent(node),
  })
  if (end.kind === 'failed') {
    note('failed', end.fault.code)
    throw new FaultError({ ...end.fault, subject: node.name })
  }
  note('done', `${disk.serial}, read back ${end.sha256}`)
}

type End = Extract<BoardSnapshot['state'], { kind: 'flashed' | 'failed' }>

async function outcome(node: RackNode, board: BoardSnapshot | undefined): Promise<End | undefined> {
  if (board?.lastSeen !== undefined && Date.now() - board.lastSeen > silentFor)
    throw new FaultError(silent(node))
  return board?.state.kind === 'flashed' || board?.state.kind === 'failed' ? board.state : undefined
}

function silent(node: RackNode): Fault {
  return {
    code: 'E_AGENT_SILENT',
    subject: node.name,
    cause: 'its flash agent has stopped answering',
    hint: `Turn slot ${node.slot} off and on, and run the same command again: it goes on where it stopped.`,
  }
}
