import type { Fault } from './fault.ts'
import { formatFault } from './format-fault.ts'

/** An expected failure that carries one or more faults. Anything else that is thrown is a bug of ours. */
export class FaultError extends Error {
  override readonly name = 'FaultError'
  readonly faults: readonly Fault[]

  constructor(faults: Fault | readonly Fault[], options?: { cause?: unknown }) {
    const list: readonly Fault[] = Array.isArray(faults) ? faults : [faults as Fault]
    super(list.map(formatFault).join('\n'), options)
    this.faults = list
  }
}

/** The faults of an expected failure, or undefined if `error` is a bug. */
export function faultsOf(error: unknown): readonly Fault[] | undefined {
  return error instanceof FaultError ? error.faults : undefined
}
