import { applyObject } from '../apply/apply-object.ts'
import { type ApplySet, partOfLabel } from '../applyset/applyset.ts'
import { type ApiResource, pathOf } from '../cluster/api-resources.ts'
import { type ApiStatus, isNotFound, statusOf } from '../cluster/api-status.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { type ObjectRef, refOf } from '../object/object-ref.ts'
import type { Change, FieldConflict } from './deploy-plan.ts'
import { fieldChanges } from './field-changes.ts'
import { fieldConflicts } from './field-conflicts.ts'
import { isSettled } from './is-settled.ts'
import { isMadeOnce } from './made-once.ts'

export type Comparison = {
  readonly cluster: Cluster
  readonly set: ApplySet
  readonly force: boolean
  readonly signal: AbortSignal | undefined
}

/**
 * What applying an object would do, as the API server says. A `member` is the live object as it was just seen, if it
 * was. Throws a FaultError if the API server refuses the object.
 */
export async function compareObject(
  comparison: Comparison,
  resource: ApiResource,
  object: KubeObject,
  member?: KubeObject,
): Promise<Change> {
  const { cluster, set, force, signal } = comparison
  const ref = refOf(object)
  const path = pathOf(resource, ref.namespace, ref.name)
  const tryOut = (): Promise<Tried> =>
    applyObject(cluster, path, object, { force, dryRun: true, signal }).then(
      (planned) => ({ object: planned }),
      (error: unknown) => ({ error }),
    )
  if (isMadeOnce(object)) {
    const there = member ?? (await getLive(cluster, path, signal))
    if (there) return { ref, ...(stopsHere(there, set, force) ?? { kind: 'unchanged' }) }
  }
  const seen = member?.apiVersion === object.apiVersion ? member : undefined
  if (seen && !stopsHere(seen, set, force) && isSettled(object, seen)) return { kind: 'unchanged', ref }
  for (let tries = 1; ; tries++) {
    const first = seen && tries === 1 ? undefined : await tryOut()
    // What does not exist yet has no version after a dry run.
    if (first?.object && first.object.metadata.resourceVersion === undefined)
      return { kind: 'create', ref, object: () => object }
    const live = seen && tries === 1 ? seen : await getLive(cluster, path, signal)
    const refusal = live && stopsHere(live, set, force)
    if (refusal) return { ref, ...refusal }
    const { object: planned, error } = first ?? (await tryOut())
    if (!planned) return refused(ref, live, error)
    if (!live) return { kind: 'create', ref, object: () => object }
    const fields = fieldChanges(live, planned)
    if (fields.length === 0) return { kind: 'unchanged', ref }
    // Somebody wrote between the two requests; a controller that counts would show as a change of ours.
    const isTorn = live.metadata.resourceVersion !== planned.metadata.resourceVersion
    if (!isTorn || tries === 3) return { kind: 'change', ref, fields, object: () => object }
  }
}

type Tried =
  | { readonly object: KubeObject; readonly error?: undefined }
  | { readonly object?: undefined; readonly error: unknown }

/** What a refusal of an object means where there is a live one. Throws the refusal if it is about the object. */
function refused(ref: ObjectRef, live: KubeObject | undefined, error: unknown): Change {
  const status = statusOf(error)
  const conflicts = status ? fieldConflicts(status) : []
  if (conflicts.length > 0) return { kind: 'conflict', ref, conflicts }
  if (live && status && isImmutable(status)) return { kind: 'replace', ref, reason: immutableFields(status) }
  throw error
}

async function getLive(cluster: Cluster, path: string, signal: AbortSignal | undefined) {
  try {
    return (await cluster.request('GET', path, { signal })) as KubeObject
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

type Stop = { kind: 'conflict'; conflicts: FieldConflict[] } | { kind: 'replace'; reason: string }

/** Reasons not to touch the live object whatever the dry run says. */
function stopsHere({ metadata }: KubeObject, set: ApplySet, force: boolean): Stop | undefined {
  if (metadata.deletionTimestamp !== undefined) {
    const held = metadata.finalizers?.join(', ')
    return { kind: 'replace', reason: `it is being deleted${held ? `, held by its finalizers ${held}` : ''}` }
  }
  const owner = metadata.labels?.[partOfLabel]
  if (owner === undefined || owner === set.id || force) return undefined
  const path = `metadata.labels["${partOfLabel}"]`
  return { kind: 'conflict', conflicts: [{ path, manager: `the set ${owner}` }] }
}

const immutable =
  /immutable|may not (be )?change|cannot change|updates? to .+ (is|are) forbidden|updates to .+ for fields other than/

/** Every cause says that a field cannot change (wordings of Kubernetes 1.36's validation). */
function isImmutable({ code, causes }: ApiStatus): boolean {
  return code === 422 && causes.length > 0 && causes.every(({ message }) => immutable.test(message))
}

/** Which fields cannot change, without the whole objects that the API server prints after them. */
function immutableFields({ causes }: ApiStatus): string {
  const sentences = causes.map(({ field, message }) => {
    const [first = ''] = message.split('\n')
    const why = first.startsWith('Invalid value: ') ? first.slice(first.lastIndexOf(': ') + 2) : first
    return `${field}: ${why.replace(/^Forbidden: /, '')}`
  })
  return sentences.join('; ')
}
