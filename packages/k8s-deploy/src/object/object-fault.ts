import { type Fault, FaultError, faultsOf, type Place } from '@homerack/errors'
import type { KubeObject } from './kube-object.ts'
import { formatRef, refOf } from './object-ref.ts'

/** The faults of a failure, said about this object. What is not an expected failure is thrown on. */
export function faultsAbout(object: KubeObject, origin: Place | undefined, error: unknown): Fault[] {
  const faults = faultsOf(error)
  if (!faults) throw error
  return faults.map(({ code, cause, hint }) => ({
    code,
    subject: formatRef(refOf(object)),
    cause: withoutSecrets(object, cause),
    ...(hint === undefined ? {} : { hint }),
    ...(origin ? { place: origin } : {}),
  }))
}

/** Throws all faults if there are any. */
export function throwAll(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new FaultError(faults)
}

/** An API server may quote what it refuses; the data of a Secret must not get into a message that way. */
function withoutSecrets({ kind, data, stringData }: KubeObject, text: string): string {
  if (kind !== 'Secret') return text
  const values = textsIn([data, stringData]).filter((value) => value.length > 2)
  return values
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
    .reduce((masked, value) => masked.replaceAll(value, '‹redacted›'), text)
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn)
  return [String(value)]
}
