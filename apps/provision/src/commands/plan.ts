import { readRack } from '@homerack/rack'
import { planRack } from '../apply/provision-rack.ts'
import { createEventStream } from '../events/event-stream.ts'
import { formatPlan } from '../plan/format-plan.ts'
import { isEmpty } from '../plan/plan.ts'
import { openHardware } from '../site/open-hardware.ts'
import { type OutputKind, openOutput } from './output.ts'

export type PlanOptions = {
  readonly state: string
  readonly output: OutputKind
  readonly image: string | undefined
  readonly netboot: string | undefined
  readonly erase: readonly string[]
  readonly wait: number
  readonly exitCode: boolean
}

/** Looks and says what would be done. Exit code 0, or 2 if there is something to do and `--exit-code` was given. */
export async function plan(file: string, options: PlanOptions): Promise<number> {
  const { rack } = await readRack(file)
  const abort = new AbortController()
  process.once('SIGINT', () => abort.abort())
  const site = await openHardware({ ...options, rack, signal: abort.signal })
  const events = createEventStream({ now: () => new Date() })
  const output = openOutput(options.output === 'json' ? 'json' : 'plain', events)
  const erase = new Set(options.erase)
  const made = await planRack({
    site,
    events,
    signal: abort.signal,
    erase,
    waitForBoards: options.wait * 1000,
  })
  output.say(`\n${formatPlan(made)}`)
  return options.exitCode && !isEmpty(made) ? 2 : 0
}
