import { type Clock, timestamp } from '../clock.ts'
import { at, type KubeObject } from '../types/object.ts'
import { keyOf, type Resource } from '../types/resource.ts'
import { conflict } from './status-error.ts'

export type DeleteOptions = {
  propagation?: 'Background' | 'Foreground' | 'Orphan' | undefined
  gracePeriodSeconds?: number | undefined
  preconditions?: { uid?: string | undefined; resourceVersion?: string | undefined } | undefined
  dryRun?: boolean
}

export const foregroundFinalizer = 'foregroundDeletion'
export const orphanFinalizer = 'orphan'

/** What an object becomes when it is deleted: marked, where a finalizer or a grace period holds it, or gone. */
export function deletionOf(
  resource: Resource,
  live: KubeObject,
  options: DeleteOptions,
  clock: Clock,
): { object: KubeObject; gone: boolean } {
  checkPreconditions(resource, live, options)
  const grace = gracePeriod(live, options)
  const finalizers = new Set(live.metadata.finalizers)
  if (options.propagation === 'Foreground') finalizers.add(foregroundFinalizer)
  if (orphans(resource, options)) finalizers.add(orphanFinalizer)
  const held = finalizers.size > 0 || namespaceFinalizers(live).length > 0
  if (grace === 0 && !held) return { object: live, gone: true }
  const already = live.metadata.deletionTimestamp !== undefined
  if (already && (live.metadata.deletionGracePeriodSeconds ?? 0) <= grace)
    return { object: live, gone: false }
  const object: KubeObject = {
    ...live,
    metadata: {
      ...live.metadata,
      deletionTimestamp: later(clock, grace),
      deletionGracePeriodSeconds: grace,
      ...(live.metadata.generation ? { generation: live.metadata.generation + 1 } : {}),
      ...(finalizers.size > 0 ? { finalizers: [...finalizers] } : {}),
    },
  }
  if (live.kind === 'Namespace') object.status = { ...(live.status as object), phase: 'Terminating' }
  return { object, gone: false }
}

/** A marked object goes as soon as nothing holds it any more. */
export function mayVanish(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata
  if (deletionTimestamp === undefined || (deletionGracePeriodSeconds ?? 0) > 0) return false
  return (finalizers?.length ?? 0) === 0 && namespaceFinalizers(object).length === 0
}

/** Only a pod that runs on a node is given time to end. */
function gracePeriod(live: KubeObject, options: DeleteOptions): number {
  if (live.kind !== 'Pod') return 0
  const phase = at(live, 'status', 'phase')
  if (!at(live, 'spec', 'nodeName') || phase === 'Succeeded' || phase === 'Failed') return 0
  return Math.max(
    0,
    options.gracePeriodSeconds ?? Number(at(live, 'spec', 'terminationGracePeriodSeconds') ?? 30),
  )
}

/** Jobs leave their pods behind unless told otherwise: batch/v1 keeps that old default. */
function orphans(resource: Resource, options: DeleteOptions): boolean {
  if (options.propagation) return options.propagation === 'Orphan'
  return keyOf(resource) === 'jobs.batch'
}

function namespaceFinalizers(object: KubeObject): unknown[] {
  const list = object.kind === 'Namespace' ? at(object, 'spec', 'finalizers') : undefined
  return Array.isArray(list) ? list : []
}

function checkPreconditions(resource: Resource, live: KubeObject, { preconditions }: DeleteOptions) {
  const { uid, resourceVersion, name } = live.metadata
  if (preconditions?.uid && preconditions.uid !== uid) {
    const why = `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`
    throw conflict(resource, name, why)
  }
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`
    throw conflict(resource, name, why)
  }
}

function later(clock: Clock, seconds: number): string {
  const now = clock.now()
  return timestamp({ ...clock, now: () => new Date(now.getTime() + seconds * 1000) })
}
