import { FaultError, faultsOf } from '@homerack/errors'

export type Closable = { close(): Promise<void> }

/**
 * Opens parts together and adds them to `opened`, so that all ports that cannot be had are named at once.
 * @throws FaultError with the faults of all parts; any other error as it is
 */
export async function openAll<Parts extends readonly (Closable | undefined)[]>(
  opened: Closable[],
  parts: { readonly [Index in keyof Parts]: Promise<Parts[Index]> },
): Promise<Parts> {
  const results = await Promise.allSettled(parts)
  for (const result of results) if (result.status === 'fulfilled' && result.value) opened.push(result.value)
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  for (const error of errors) if (!faultsOf(error)) throw error
  if (errors.length > 0) throw new FaultError(errors.flatMap((error) => faultsOf(error) ?? []))
  return Promise.all(parts)
}
