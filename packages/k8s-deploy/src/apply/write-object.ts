import { FaultError, faultsOf } from '@homerack/errors'
import { type ApiResource, pathOf } from '../cluster/api-resources.ts'
import { isNotFound, statusOf } from '../cluster/api-status.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { isUnavailable, isUnreachable, withPatience } from '../cluster/retry.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { type ObjectRef, refOf } from '../object/object-ref.ts'
import type { Unchecked } from '../plan/deploy-plan.ts'
import { fieldConflicts } from '../plan/field-conflicts.ts'
import { isMisfit } from '../plan/unchecked-change.ts'
import { type ApplyOptions, applyObject } from './apply-object.ts'

/** How long what passes by itself is waited for: an API server that restarts, a webhook that is not up yet. */
const patience = 60_000

/** Applies one object for good, through what passes by itself. Throws like `Cluster.request`, and E_FIELD_CONFLICT. */
export async function writeObject(
  cluster: Cluster,
  object: KubeObject,
  force: boolean,
  signal: AbortSignal,
): Promise<void> {
  const attempt = () => send(cluster, object, { force, signal })
  await withPatience(attempt, isPassing, patience, signal).catch((error: unknown) => {
    throw asConflict(error) ?? error
  })
}

/** How long an API server may go by the old definition of a kind when it has the new one. */
const definitionPatience = 5_000

/**
 * Tries out one object that could not be tried out before. What passes by itself is no reason to refuse it. Throws
 * like `writeObject`.
 */
export async function tryObject(
  cluster: Cluster,
  object: KubeObject,
  unchecked: Unchecked,
  force: boolean,
  signal: AbortSignal,
): Promise<void> {
  const attempt = () => send(cluster, object, { force, signal, dryRun: true })
  const isOld = (error: unknown) => isPassing(error) || isMisfit(error)
  await withPatience(attempt, isOld, unchecked === 'definition' ? definitionPatience : 0, signal).catch(
    (error: unknown) => {
      if (!isPassing(error)) throw asConflict(error) ?? error
    },
  )
}

async function send(cluster: Cluster, object: KubeObject, options: ApplyOptions): Promise<void> {
  const ref = refOf(object)
  const resource = await resourceOf(cluster, ref)
  await applyObject(cluster, pathOf(resource, ref.namespace, ref.name), object, options)
}

/** Deletes an object if it is still the one that was seen; what depends on it follows in the background. */
export async function deleteObject(
  cluster: Cluster,
  ref: ObjectRef,
  uid: string,
  signal: AbortSignal,
): Promise<void> {
  const body = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: 'Background',
    preconditions: { uid },
  }
  const attempt = async () => {
    const { namespace, name } = ref
    const resource = await resourceOf(cluster, ref)
    await cluster.request('DELETE', pathOf(resource, namespace, name), { body, signal })
  }
  await withPatience(
    attempt,
    (error) => isUnreachable(error) || isUnavailable(error),
    patience,
    signal,
  ).catch((error) => {
    // Gone, or there is another one of this name now, which is not ours to delete.
    if (!isNotFound(error) && statusOf(error)?.code !== 409) throw error
  })
}

async function resourceOf(cluster: Cluster, { apiVersion, kind }: ObjectRef): Promise<ApiResource> {
  const known = (await cluster.resources()).find(apiVersion, kind)
  if (known) return known
  const found = (await cluster.resources({ refresh: true })).find(apiVersion, kind)
  if (found) return found
  const cause = `the cluster does not serve ${apiVersion} ${kind}`
  throw new FaultError({ code: 'E_KIND_UNKNOWN', subject: kind, cause })
}

/**
 * Failures that end by themselves soon after what they wait for was applied: a new kind that is not served yet, a
 * new namespace without its default service account, a new quota that nobody has counted, a webhook whose pods start,
 * somebody else's write in between.
 */
function isPassing(error: unknown): boolean {
  if (isUnreachable(error) || isUnavailable(error)) return true
  if (faultsOf(error)?.some(({ code }) => code === 'E_KIND_UNKNOWN')) return true
  const status = statusOf(error)
  if (!status) return false
  const { code, message } = status
  if (code === 404) return true
  if (code === 409) return fieldConflicts(status).length === 0
  if (code === 403) return /serviceaccount ".*" not found|status unknown for quota/.test(message)
  return code === 500 && /failed calling webhook|conversion webhook for .* failed/.test(message)
}

function asConflict(error: unknown): FaultError | undefined {
  const status = statusOf(error)
  const conflicts = status ? fieldConflicts(status) : []
  if (conflicts.length === 0) return undefined
  const cause = conflicts.map(({ path, manager }) => `${path} belongs to ${manager}`).join(', ')
  return new FaultError(
    { code: 'E_FIELD_CONFLICT', subject: '', cause, hint: 'Plan again.' },
    { cause: status },
  )
}
