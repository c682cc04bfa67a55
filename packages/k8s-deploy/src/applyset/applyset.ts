import { FaultError } from '@homerack/errors'
import { isNotFound } from '../cluster/api-status.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { groupKindOf, type ObjectRef } from '../object/object-ref.ts'
import { applySetId } from './applyset-id.ts'

export const partOfLabel = 'applyset.kubernetes.io/part-of'
const idLabel = 'applyset.kubernetes.io/id'
const toolingAnnotation = 'applyset.kubernetes.io/tooling'
const kindsAnnotation = 'applyset.kubernetes.io/contains-group-kinds'
const namespacesAnnotation = 'applyset.kubernetes.io/additional-namespaces'

/** Who manages the set: other tools, kubectl among them, leave it alone. */
const tooling = 'homerack'

/** The objects that belong to one service, remembered in the cluster as kubectl's ApplySets are (KEP-3659). */
export type ApplySet = {
  readonly id: string
  /** The Secret that stands for the set: `applyset-NAME` in the service's namespace. It holds no data. */
  readonly parent: ObjectRef & { readonly namespace: string }
  /** Kinds that the set may have objects of, as `Deployment.apps`, from its last deploy. */
  readonly groupKinds: readonly string[]
  /** Namespaces besides the parent's in which it may have objects. */
  readonly namespaces: readonly string[]
}

/**
 * The set of a service as the cluster remembers it; an empty one before the first deploy.
 *
 * Throws E_APPLYSET_FOREIGN if another tool manages it.
 */
export async function readApplySet(
  cluster: Cluster,
  service: { name: string; namespace: string },
  signal: AbortSignal | undefined,
): Promise<ApplySet> {
  const { namespace } = service
  const name = `applyset-${service.name}`
  const id = applySetId({ name, namespace, kind: 'Secret', group: '' })
  const parent = { apiVersion: 'v1', kind: 'Secret', namespace, name }
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`
  const live = (await cluster.request('GET', path, { signal }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined
    throw error
  })) as KubeObject | undefined
  const annotations = live?.metadata.annotations ?? {}
  const manager = annotations[toolingAnnotation]
  if (live && manager?.split('/')[0] !== tooling) {
    const cause = `the set of its objects, Secret ${namespace}/${name}, is managed by ${manager ?? 'an unknown tool'}`
    const hint = `To hand it over, set its annotation ${toolingAnnotation} to ${tooling}/v1.`
    throw new FaultError({ code: 'E_APPLYSET_FOREIGN', subject: service.name, cause, hint })
  }
  return {
    id,
    parent,
    groupKinds: listed(annotations[kindsAnnotation]),
    namespaces: listed(annotations[namespacesAnnotation]),
  }
}

/** The parent of a set that holds these objects. */
export function applySetParent({ id, parent }: ApplySet, members: readonly ObjectRef[]): KubeObject {
  return parentObject(
    id,
    parent,
    members.map(groupKindOf),
    members.map(({ namespace }) => namespace ?? ''),
  )
}

/** The parent of the set while it changes: it names what it held and what it will hold. */
export function widenedParent(set: ApplySet, members: readonly ObjectRef[]): KubeObject {
  const kinds = [...set.groupKinds, ...members.map(groupKindOf)]
  const namespaces = [...set.namespaces, ...members.map(({ namespace }) => namespace ?? '')]
  return parentObject(set.id, set.parent, kinds, namespaces)
}

/** The object with the label of its set. */
export function asMember(object: KubeObject, { id }: ApplySet): KubeObject {
  const labels = { ...object.metadata.labels, [partOfLabel]: id }
  return { ...object, metadata: { ...object.metadata, labels } }
}

function parentObject(
  id: string,
  { apiVersion, kind, namespace, name }: ApplySet['parent'],
  kinds: readonly string[],
  namespaces: readonly string[],
): KubeObject {
  const others = sorted(namespaces.filter((one) => one !== '' && one !== namespace))
  const annotations = {
    [toolingAnnotation]: `${tooling}/v1`,
    [kindsAnnotation]: sorted(kinds).join(','),
    ...(others.length > 0 ? { [namespacesAnnotation]: others.join(',') } : {}),
  }
  return { apiVersion, kind, metadata: { name, namespace, labels: { [idLabel]: id }, annotations } }
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort()
}

function listed(annotation: string | undefined): string[] {
  return (annotation ?? '').split(',').filter((one) => one !== '')
}
