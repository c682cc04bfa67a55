import { type Fault, FaultError, formatFault } from '@homerack/errors'
import type { TalosCalls } from '../calls/talos-calls.ts'

/** A machine as its operator knows it. Its client answers for that machine and no other. */
export type ProcedureNode = {
  readonly name: string
  readonly role: 'controlplane' | 'worker'
  readonly client: TalosCalls
}

/** One thing that will be done to one node. `reason`: why, or from what to what. */
export type ProcedureStep = { readonly node: string; readonly action: string; readonly reason: string }

/** What a procedure will do, in order. It is not begun while anything is refused. No steps: nothing is left to do. */
export type ProcedurePlan<S extends ProcedureStep = ProcedureStep> = {
  readonly steps: readonly S[]
  readonly refused: readonly Fault[]
}

/**
 * What happens. `step`: it begins. `waiting`: what is still missing, told when it changes. `output`: what the node
 * says. `done`: this node is through.
 */
export type ProcedureEvent = {
  readonly type: 'step' | 'waiting' | 'output' | 'done'
  readonly node: string
  readonly action: string
  /** A sentence for people. */
  readonly reason: string
}

/** Times in milliseconds that every procedure takes. */
export type ProcedureOptions = {
  /** Between two looks; 2000 if not said. */
  readonly pauseMs?: number
  /** For one wait; five minutes if not said. */
  readonly waitMs?: number
  /** For a drain; ten minutes if not said. */
  readonly drainMs?: number
  /** For a reboot until the node is ready again; fifteen minutes if not said. */
  readonly rebootMs?: number
  /** For taking a cordon back, also after a failure or an abort; 30 seconds if not said. */
  readonly uncordonMs?: number
  readonly signal?: AbortSignal | undefined
}

/** The plan as text, a step a line. */
export function formatProcedurePlan({ steps, refused }: ProcedurePlan): string {
  if (refused.length > 0) return refused.map(formatFault).join('\n')
  if (steps.length === 0) return 'Nothing is left to do.'
  const width = (key: 'node' | 'action') => Math.max(...steps.map((step) => step[key].length))
  const [nodes, actions] = [width('node'), width('action')]
  return steps
    .map(({ node, action, reason }) => `${node.padEnd(nodes)}  ${action.padEnd(actions)}  ${reason}`)
    .join('\n')
}

/** How a step is done: at once, or with events on the way. */
export type Work = Promise<void> | AsyncGenerator<ProcedureEvent, void>

/**
 * Does the steps of a plan in order, each between its `step` and its `done`, and stops at the first failure.
 *
 * @throws FaultError with everything that the plan refuses, before anything is done.
 */
export async function* follow<S extends ProcedureStep>(
  plan: ProcedurePlan<S>,
  act: (step: S) => Work,
): AsyncGenerator<ProcedureEvent, void> {
  for (const step of stepsOf(plan)) {
    const { node, action, reason } = step
    yield { type: 'step', node, action, reason }
    const work = act(step)
    if ('then' in work) await work
    else yield* work
    yield { type: 'done', node, action, reason }
  }
}

/** @throws FaultError with everything that the plan refuses. */
export function stepsOf<S extends ProcedureStep>({ steps, refused }: ProcedurePlan<S>): readonly S[] {
  if (refused.length > 0) throw new FaultError(refused)
  return steps
}

export function controlPlanesOf<N extends Pick<ProcedureNode, 'role'>>(nodes: readonly N[]): readonly N[] {
  return nodes.filter(({ role }) => role === 'controlplane')
}

/** @throws Error if the executor was given other nodes than the plan: a bug of the caller. */
export function nodeOf<N extends { readonly name: string }>(nodes: readonly N[], name: string): N {
  const node = nodes.find((each) => each.name === name)
  if (node) return node
  throw new Error(`the plan speaks of ${name}, which was not given`)
}
