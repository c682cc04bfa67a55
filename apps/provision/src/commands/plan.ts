import { type Rack, readRack } from '@homerack/rack'
import { planRack } from '../apply/provision-rack.ts'
import { createEventStream } from '../events/event-stream.ts'
import { formatPlan } from '../plan/format-plan.ts'
import { isEmpty } from '../plan/plan.ts'
import { openRehearsal } from '../rehearse/open-rehearsal.ts'
import { openHardware } from '../site/open-hardware.ts'
import type { Site } from '../site/site.ts'
import { type OutputKind, openOutput } from './output.ts'

export type PlanOptions = {
  readonly state: string
  readonly output: OutputKind
  readonly image: string | undefined
  readonly netboot: string | undefined
  readonly runtime: string | undefined
  readonly erase: readonly string[]
  readonly wait: number
  readonly exitCode: boolean
  /** Look at the rack in software instead of the real one. */
  readonly rehearsal: boolean
}

/** Looks and says what would be done. Exit code 0, or 2 if there is something to do and `--exit-code` was given. */
export async function plan(file: string, options: PlanOptions): Promise<number> {
  const { rack } = await readRack(file)
  const abort = new AbortController()
  process.once('SIGINT', () => abort.abort(new Error('interrupted')))
  const { signal } = abort
  const { site, close } = await open(rack, options, signal)
  try {
    const events = createEventStream({ now: () => new Date() })
    const output = openOutput(options.output === 'json' ? 'json' : 'plain', events)
    const erase = new Set(options.erase)
    const made = await planRack({ site, events, signal, erase, waitForBoards: options.wait * 1000 })
    output.say(`\n${formatPlan(made)}`)
    return options.exitCode && !isEmpty(made) ? 2 : 0
  } finally {
    await close()
  }
}

async function open(
  rack: Rack,
  options: PlanOptions,
  signal: AbortSignal,
): Promise<{ site: Site; close(): Promise<void> }> {
  if (!options.rehearsal)
    return { site: await openHardware({ ...options, rack, signal }), close: async () => {} }
  const { state } = options
  return openRehearsal({
    rack,
    state,
    signal,
    fresh: false,
    keep: false,
    guest: false,
    speed: 0,
    faults: [],
    tell: () => {},
  })
}
