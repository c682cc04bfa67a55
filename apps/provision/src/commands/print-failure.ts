import { faultsOf, formatFault } from '@homerack/errors'

/** Prints expected failures without a stack; anything else is a bug and shows everything. */
export function printFailure(error: unknown): void {
  const faults = faultsOf(error)
  if (faults) for (const fault of faults) process.stderr.write(`${formatFault(fault)}\n`)
  else
    process.stderr.write(
      `This is a bug in homerack:\n${error instanceof Error ? error.stack : String(error)}\n`,
    )
}
