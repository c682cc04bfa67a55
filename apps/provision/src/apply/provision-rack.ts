import { join } from 'node:path'
import type { Fault } from '@homerack/errors'
import { serveNetboot } from '@homerack/flasher'
import type { EventStream } from '../events/event-stream.ts'
import { openJournal } from '../journal/journal.ts'
import { observeSettled } from '../observe/observe-settled.ts'
import { createObserver } from '../observe/observer.ts'
import { makePlan } from '../plan/make-plan.ts'
import { isEmpty, type Plan } from '../plan/plan.ts'
import type { Site } from '../site/site.ts'
import { applyPlan } from './apply-plan.ts'
import { relayNetboot } from './relay-netboot.ts'
import type { Run } from './run.ts'

export type ProvisionOptions = {
  readonly site: Site
  readonly events: EventStream
  readonly signal: AbortSignal
  /** Nodes whose disks may be erased although something is on them. */
  readonly erase: ReadonlySet<string>
  /** Milliseconds to wait for boards that have not been heard of before planning without them. */
  readonly waitForBoards: number
  /** Says yes or no to a plan. Asked before anything is changed. */
  readonly consent: (plan: Plan) => Promise<boolean>
}

export type Outcome = {
  readonly result: 'ok' | 'refused' | 'failed'
  /** The last plan made. */
  readonly plan: Plan
  readonly faults: readonly Fault[]
}

/** Passes of observe, plan, apply before it is said that the rack does not converge. */
const mostPasses = 8

/**
 * Makes the rack what the file says: looks, plans, applies, and looks again until the plan is empty. Killing
 * it at any moment and calling it again goes on from what the nodes say then.
 *
 * @throws FaultError if it cannot start (ports, files).
 */
export async function provisionRack(options: ProvisionOptions): Promise<Outcome> {
  return withRun(options, async (run) => {
    let last: Plan | undefined
    for (let pass = 1; pass <= mostPasses; pass++) {
      const plan = await look(run, options)
      if (isEmpty(plan)) return { result: 'ok', plan, faults: [] }
      if (!plan.steps.some(({ kind }) => kind !== 'await'))
        return { result: 'failed', plan, faults: stuck(plan) }
      if (last && isSame(last, plan)) return { result: 'failed', plan, faults: [unchanging(plan)] }
      last = plan
      if (!(await options.consent(plan))) return { result: 'refused', plan, faults: [] }
      const faults = await applyPlan(run, plan)
      if (faults.length > 0) return { result: 'failed', plan, faults }
    }
    throw new Error(`no convergence after ${mostPasses} passes`)
  })
}

/** Looks and plans, changing nothing. Boards that ask are booted as far as the agent that reports their disks. */
export async function planRack(options: Omit<ProvisionOptions, 'consent'>): Promise<Plan> {
  return withRun(options, (run) => look(run, options))
}

async function look(
  run: Run,
  { erase, waitForBoards, events, site }: Omit<ProvisionOptions, 'consent'>,
): Promise<Plan> {
  const observed = await observeSettled(run, waitForBoards)
  const plan = makePlan({ rack: site.rack, observed, image: site.image, erase })
  events.emit({ type: 'plan', plan })
  for (const { node, faults } of plan.refused)
    events.emit({ type: 'node', node, state: { kind: 'refused', faults } })
  return plan
}

async function withRun<T>(
  options: Omit<ProvisionOptions, 'consent'>,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const { site, events, signal } = options
  const { network, nodes } = site.rack
  const netboot = await serveNetboot({
    ...site.netboot,
    mode: network.netboot,
    boards: nodes.map(({ name, serial, mac, address }) => ({ name, serial, mac, lease: address })),
    leases: { cidr: network.cidr, router: network.gateway, dns: network.dns },
    image: site.image,
    signal,
  })
  const journal = openJournal(join(site.folder, 'journal.jsonl'), () => new Date())
  const observer = createObserver(site, netboot, signal)
  const relayed = relayNetboot(netboot, events)
  try {
    return await work({ site, netboot, observer, events, journal, signal })
  } finally {
    observer.close()
    await netboot.close()
    await relayed
    journal.close()
  }
}

function stuck(plan: Plan): Fault[] {
  return [
    ...plan.refused.flatMap(({ faults }) => faults),
    ...plan.steps.flatMap((step): Fault[] =>
      step.kind === 'await' ? [{ code: 'E_NOT_READY', subject: step.subject, cause: step.reason }] : [],
    ),
  ]
}

function isSame(a: Plan, b: Plan): boolean {
  return JSON.stringify(a.steps) === JSON.stringify(b.steps)
}

function unchanging(plan: Plan): Fault {
  return {
    code: 'E_NO_CONVERGENCE',
    subject: plan.rack,
    cause: `the same ${plan.steps.length} steps are still wanted after they were done`,
    hint: 'Something else changes what homerack sets, or the cluster changes it on the way in.',
  }
}
