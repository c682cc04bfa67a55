import { type Fault, FaultError } from '@homerack/errors'
import { lookInto } from '../device/look-into.ts'
import type { Assignment, Inventory } from '../protocol/schemas.ts'
import { planWrite } from '../write/plan-write.ts'
import { writeImage } from '../write/write-image.ts'
import type { Board } from './board.ts'
import { connectOperator, type Operator } from './operator.ts'
import type { BackOff } from './persist.ts'
import { createReporter, type Reporter } from './reporter.ts'

export type RunAgentOptions = {
  readonly board: Board
  /** Such as `http://192.168.10.250:8069`. */
  readonly operator: string
  /** SHA-256 of the agent itself, for the inventory. */
  readonly agent: string
  readonly log: (line: string) => void
  readonly signal?: AbortSignal
  readonly backOff?: BackOff
}

/**
 * The flash agent's whole life: report the board, wait for an assignment, write it, report. The operator may go
 * away and come back at any point, or be another process by then.
 * @returns `flashed` to boot from the disk now; `failed` after the reason was reported
 */
export async function runAgent(options: RunAgentOptions): Promise<'flashed' | 'failed'> {
  const { board, agent, log, signal, backOff = { first: 250, longest: 5000 } } = options
  const inventory = async (): Promise<Inventory> => ({
    ...board,
    agent,
    disks: await Promise.all(board.disks.map(lookInto)),
  })
  const operator = connectOperator({
    origin: options.operator,
    serial: board.serial,
    inventory,
    log,
    signal,
    backOff,
  })
  await operator.announce()
  log('waiting for an assignment')
  const assignment = await operator.nextAssignment()
  const reporter = createReporter(operator.post)
  try {
    await carryOut(assignment, await inventory(), { operator, reporter, log, signal })
    return 'flashed'
  } catch (error) {
    if (signal?.aborted) throw error
    log(error instanceof FaultError ? error.message : String((error as Error).stack))
    await reporter.finish({
      type: 'failed',
      assignment: assignment.id,
      fault: toldFault(error, board.serial),
    })
    return 'failed'
  }
}

type Hands = {
  operator: Operator
  reporter: Reporter
  log: (line: string) => void
  signal: AbortSignal | undefined
}

async function carryOut(assignment: Assignment, inventory: Inventory, hands: Hands): Promise<void> {
  const { operator, reporter, log, signal } = hands
  const { id, image, url } = assignment
  const plan = planWrite(inventory, assignment)
  if (plan.kind === 'refused') throw new FaultError(plan.faults)
  log(
    `${plan.disk.content.kind === 'interrupted' ? 'going on with' : 'writing'} ${image.sha256} to ${plan.disk.device}`,
  )
  const written = await writeImage({
    disk: plan.disk,
    manifest: image,
    fetchRange: (range, _signal, into) => operator.fetchRange(url, range, into),
    onEvent: ({ phase, done, total }) =>
      reporter.progress({ type: 'progress', assignment: id, image: image.sha256, phase, done, total }),
    ...(signal && { signal }),
  })
  log(`wrote ${written.written} bytes, ${written.skipped} were right already; read back and verified`)
  await reporter.finish({ type: 'flashed', assignment: id, image: image.sha256, ...written })
}

/** What went wrong as the protocol carries it: one fault, within its limits. Several become one. */
function toldFault(error: unknown, serial: string) {
  const bug: Fault = { code: 'E_AGENT_BUG', subject: serial, cause: String(error) }
  const faults = error instanceof FaultError ? error.faults : [bug]
  const { code, subject, hint } = faults[0] ?? bug
  const cause = faults.map((fault) => fault.cause).join('; ')
  return { code, subject: subject.slice(0, 256), cause: cause.slice(0, 2048), ...(hint && { hint }) }
}
