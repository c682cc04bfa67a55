import { didYouMean, type Fault } from '@homerack/errors'
import { formatCycle, stagesOf } from '../apply/stage.ts'
import { formatRef, groupKindOf, identityOf, type ObjectRef, refOf } from '../object/object-ref.ts'
import type { Wanted } from './resolve-manifests.ts'

const annotation = 'homerack.dev/after'

/**
 * What each object comes after, by its annotation `homerack.dev/after: Job/migrate, Kind/namespace/name`: objects of
 * the same set, in its own namespace unless told. Faults: E_AFTER_UNKNOWN, E_AFTER_CYCLE.
 */
export function orderAfter(wanted: readonly Wanted[]): {
  afterOf(ref: ObjectRef): readonly ObjectRef[]
  faults: readonly Fault[]
} {
  const faults: Fault[] = []
  const refs = wanted.map(({ object }) => refOf(object))
  const ordered = wanted.map(({ object, origin }) => {
    const ref = refOf(object)
    const after = (object.metadata.annotations?.[annotation] ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .flatMap((text) => {
        const found = refs.find((other) => isNamed(other, text, ref.namespace))
        if (!found) faults.push({ ...unknown(ref, text, refs), place: origin })
        return found ?? []
      })
    return { ref, after, origin }
  })
  const { cycles } = stagesOf(ordered)
  for (const cycle of cycles) {
    const [first] = cycle
    faults.push({
      code: 'E_AFTER_CYCLE',
      subject: first ? formatRef(first) : '',
      cause: `comes after itself: ${formatCycle(cycle)}`,
      place: ordered.find(({ ref }) => ref === first)?.origin,
    })
  }
  const byId = new Map(ordered.map(({ ref, after }) => [identityOf(ref), after]))
  return { afterOf: (ref) => byId.get(identityOf(ref)) ?? [], faults }
}

/** Whether `Kind/name` or `Kind/namespace/name` means this object; the kind may have its group: `Deployment.apps`. */
function isNamed(ref: ObjectRef, text: string, from: string | undefined): boolean {
  const [kind, ...rest] = text.split('/')
  const [namespace, name] = rest.length > 1 ? rest : [from, rest[0]]
  const isKind = kind === ref.kind || kind === groupKindOf(ref)
  return isKind && ref.name === name && (ref.namespace === undefined || ref.namespace === namespace)
}

function unknown(ref: ObjectRef, text: string, refs: readonly ObjectRef[]): Fault {
  const near = didYouMean(
    text,
    refs.map(({ kind, name }) => `${kind}/${name}`),
  )
  return {
    code: 'E_AFTER_UNKNOWN',
    subject: formatRef(ref),
    cause: `comes after ${text}, which this set does not have`,
    hint: near ? `Did you mean ${near}?` : `Write ${annotation}: Kind/name, or Kind/namespace/name.`,
  }
}
