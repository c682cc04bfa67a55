import { faultsOf } from '@homerack/errors'
import { type Rack, readRack } from '@homerack/rack'
import { provisionRack } from '../apply/provision-rack.ts'
import { createEventStream } from '../events/event-stream.ts'
import { formatPlan } from '../plan/format-plan.ts'
import type { Plan } from '../plan/plan.ts'
import { collectReport } from '../report/collect-report.ts'
import type { Site } from '../site/site.ts'
import { finish } from './finish.ts'
import { type OutputKind, openOutput } from './output.ts'

export type RunCommand = {
  readonly file: string
  readonly output: OutputKind
  readonly erase: readonly string[]
  /** Milliseconds to wait for boards before planning without them. */
  readonly wait: number
  /** Opens the site; what it returns is closed at the end. */
  readonly open: (
    rack: Rack,
    signal: AbortSignal,
    /** Tells what takes time before the boards are looked at. */
    tell: (detail: string) => void,
  ) => Promise<{ site: Site; close(): Promise<void>; lookAround: readonly string[] }>
  readonly ask: (plan: Plan) => Promise<boolean>
}

/** Provisions a rack with a view, a report and an exit code: 0 done, 1 failed. */
export async function runCommand(options: RunCommand): Promise<number> {
  const { rack, warnings } = await readRack(options.file)
  const events = createEventStream({ now: () => new Date() })
  const collector = collectReport()
  events.subscribe(collector.read)
  const output = openOutput(options.output, events)
  const abort = new AbortController()
  const stop = () => abort.abort(new Error('interrupted'))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  events.emit({
    type: 'start',
    rack: rack.name,
    talos: rack.cluster.talos,
    kubernetes: rack.cluster.kubernetes,
    nodes: rack.nodes.map(({ name, slot, role }) => ({ name, slot, role })),
    services: rack.services.map(({ name }) => name),
  })
  for (const fault of warnings) events.emit({ type: 'fault', fault })

  const end = (
    result: 'ok' | 'failed',
    faults: Parameters<typeof finish>[0]['faults'],
    folder?: string,
    lookAround: readonly string[] = [],
  ) => finish({ events, collector, output, result, faults, folder, lookAround })
  let opened: Awaited<ReturnType<RunCommand['open']>> | undefined
  try {
    opened = await options.open(rack, abort.signal, (detail) => events.emit({ type: 'cluster', detail }))
    const outcome = await provisionRack({
      site: opened.site,
      events,
      signal: abort.signal,
      erase: new Set(options.erase),
      waitForBoards: options.wait,
      consent: async (plan) => {
        output.pause()
        if (output.kind !== 'live') output.say(formatPlan(plan))
        return options.ask(plan)
      },
    })
    await end(
      outcome.result === 'ok' ? 'ok' : 'failed',
      outcome.faults,
      opened.site.folder,
      opened.lookAround,
    )
    return outcome.result === 'ok' ? 0 : 1
  } catch (error) {
    const faults = abort.signal.aborted ? [interrupted(rack)] : faultsOf(error)
    if (!faults) throw error
    await end('failed', faults, opened?.site.folder)
    return 1
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await opened?.close()
  }
}

function interrupted(rack: Rack) {
  return {
    code: 'E_INTERRUPTED',
    subject: rack.name,
    cause: 'the run was stopped before it was done',
    hint: 'Run the same command again: it goes on from what the boards say then.',
  } as const
}
