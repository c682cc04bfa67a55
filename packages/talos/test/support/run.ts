import { faultsOf } from '@homerack/errors'
import type { ProcedureEvent } from '../../src/index.ts'

export type Run = { events: ProcedureEvent[]; steps: string[]; error: unknown; codes: string[] }

/** Runs a procedure to its end, whichever it is. `steps`: `action node`, in order. */
export async function run(procedure: AsyncIterable<ProcedureEvent>): Promise<Run> {
  const events: ProcedureEvent[] = []
  let error: unknown
  try {
    for await (const event of procedure) events.push(event)
  } catch (thrown) {
    error = thrown
  }
  const steps = events.filter(({ type }) => type === 'step').map(({ action, node }) => `${action} ${node}`)
  return { events, steps, error, codes: (faultsOf(error) ?? []).map(({ code }) => code) }
}

export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const each of stream) all.push(each)
  return all
}
