import type { Fault } from '@homerack/errors'
import { asMember } from '../applyset/applyset.ts'
import { inParallel } from '../cluster/in-parallel.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { faultsAbout } from '../object/object-fault.ts'
import { groupKindOf, identityOf, refOf } from '../object/object-ref.ts'
import { type Comparison, compareObject } from './compare-object.ts'
import type { Change } from './deploy-plan.ts'
import { customResourceDefinition } from './planned-kinds.ts'
import type { Wanted } from './resolve-manifests.ts'
import { isMisfit, redefinedKinds, uncheckedChange } from './unchecked-change.ts'

type Compared = { readonly changes: readonly Change[]; readonly faults: readonly Fault[] }

/** What there is already: the set's objects as they were just `seen`, and which namespaces are `missing`. */
type There = { readonly seen: readonly KubeObject[]; readonly missing: ReadonlySet<string> }

/**
 * Compares every object with the cluster, so that all faults are known at once. Definitions of kinds come first: an
 * object that does not fit the definition of its kind is no fault where that definition changes too.
 */
export async function compareWanted(
  comparison: Comparison,
  wanted: readonly Wanted[],
  { seen, missing }: There,
): Promise<Compared> {
  const seenById = new Map(seen.map((object) => [identityOf(refOf(object)), object]))
  const compare = async (one: Wanted, redefined: ReadonlySet<string>): Promise<Change> => {
    const object = asMember(one.object, comparison.set)
    const live = seenById.get(identityOf(refOf(object)))
    if (one.isNewKind) return uncheckedChange(object, live, 'definition')
    if (missing.has(object.metadata.namespace ?? '')) return uncheckedChange(object, live, 'namespace')
    return compareObject(comparison, one.resource, object, live).catch((error: unknown) => {
      if (!redefined.has(groupKindOf(object)) || !isMisfit(error)) throw error
      return uncheckedChange(object, live, 'definition')
    })
  }
  const isDefinition = ({ object }: Wanted) => groupKindOf(object) === customResourceDefinition
  const first = await compareAll(wanted.filter(isDefinition), (one) => compare(one, new Set()))
  const redefined = redefinedKinds(first.changes)
  const others = wanted.filter((one) => !isDefinition(one))
  const rest = await compareAll(others, (one) => compare(one, redefined))
  return { changes: [...first.changes, ...rest.changes], faults: [...first.faults, ...rest.faults] }
}

async function compareAll(
  wanted: readonly Wanted[],
  compare: (one: Wanted) => Promise<Change>,
): Promise<Compared> {
  const results = await inParallel(wanted, async (one) => {
    const { object, origin } = one
    return compare(one).then(
      (change) => ({ changes: [{ ...change, origin }], faults: [] }),
      (error: unknown) => ({ changes: [], faults: faultsAbout(object, origin, error) }),
    )
  })
  return {
    changes: results.flatMap(({ changes }) => changes),
    faults: results.flatMap(({ faults }) => faults),
  }
}
