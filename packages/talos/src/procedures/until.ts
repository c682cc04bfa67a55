import { setTimeout as sleep } from 'node:timers/promises'
import { type Fault, FaultError, faultsOf } from '@homerack/errors'
import type { ProcedureEvent } from './procedure.ts'

/**
 * What a look found. Undefined: all is there. Text or faults: what is missing; faults are thrown as they are at the
 * end of the time. One fault: waiting is of no use.
 */
export type Look = () => Promise<undefined | string | readonly Fault[] | Fault>

export type UntilOptions = {
  readonly node: string
  readonly action: string
  /** The fault at the end of the time, whose cause is the text of what was missing last. */
  readonly late: { readonly code: Fault['code']; readonly hint?: string }
  readonly timeoutMs: number
  readonly pauseMs: number
  readonly signal?: AbortSignal | undefined
}

/** Faults that no waiting cures. */
const lasting = new Set([
  'E_TALOS_TLS',
  'E_TALOS_OTHER_NODE',
  'E_TALOS_EXPIRED',
  'E_TALOS_DENIED',
  'E_TALOS_CLOSED',
])

/** Looks until nothing is missing. Faults of a look count as missing, but for those that no waiting cures. */
export async function* until(look: Look, options: UntilOptions): AsyncGenerator<ProcedureEvent, void> {
  const { node, action, late, timeoutMs, pauseMs, signal } = options
  const deadline = performance.now() + timeoutMs
  let said = ''
  for (;;) {
    signal?.throwIfAborted()
    const found = await look().catch(passing)
    if (found === undefined) return
    if (typeof found === 'object' && 'code' in found) throw new FaultError(found)
    const faults = typeof found === 'string' ? [{ ...late, subject: node, cause: found }] : found
    if (performance.now() > deadline) throw new FaultError(faults)
    const reason =
      typeof found === 'string' ? found : found.map(({ subject, cause }) => `${subject}: ${cause}`).join('; ')
    if (reason !== said) yield { type: 'waiting', node, action, reason }
    said = reason
    // An abort ends the pause; the loop then throws its reason.
    await sleep(pauseMs, undefined, { signal }).catch(() => {})
  }
}

function passing(error: unknown): string {
  const faults = faultsOf(error)
  if (!faults || faults.some(({ code }) => lasting.has(code))) throw error
  return faults.map(({ subject, cause }) => `${subject}: ${cause}`).join('; ')
}
