import { objectIdentifier, sequence, setOf, text } from './der.ts'

/** A distinguished name. Talos puts roles and groups into `organizations`. */
export type Name = { readonly organizations?: readonly string[]; readonly commonName?: string }

/** Several organizations share one relative name, as Go's crypto/x509/pkix writes them. */
export function encodeName({ organizations = [], commonName }: Name): Uint8Array {
  const attribute = (oid: string) => (value: string) => sequence(objectIdentifier(oid), text(value))
  const parts: Uint8Array[] = []
  if (organizations.length > 0) parts.push(setOf(...organizations.map(attribute('2.5.4.10'))))
  if (commonName) parts.push(setOf(attribute('2.5.4.3')(commonName)))
  return sequence(...parts)
}
