import type { Fault } from '@homerack/errors'
import type { Manifest } from '../object/manifest.ts'
import { formatRef, identityOf, refOf } from '../object/object-ref.ts'

/** One fault for each manifest whose object another one before it declares. */
export function findDuplicates(manifests: readonly Manifest[]): Fault[] {
  const first = new Map<string, Manifest>()
  return manifests.flatMap((manifest): Fault[] => {
    const ref = refOf(manifest.object)
    const other = first.get(identityOf(ref))
    if (!other) {
      first.set(identityOf(ref), manifest)
      return []
    }
    const cause = `is declared already in ${other.origin.file}:${other.origin.line}`
    return [{ code: 'E_MANIFEST_DUPLICATE', subject: formatRef(ref), cause, place: manifest.origin }]
  })
}
