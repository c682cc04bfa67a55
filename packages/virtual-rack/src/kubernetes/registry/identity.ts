import { randomInt, randomUUID } from 'node:crypto'
import { type Clock, timestamp } from '../clock.ts'
import { isObject, type KubeObject, withoutNulls } from '../types/object.ts'
import type { Resource } from '../types/resource.ts'

export function dropEmptyMetadata(object: KubeObject) {
  const { metadata } = object
  for (const name of ['labels', 'annotations'] as const) {
    if (isObject(metadata[name]) && Object.keys(metadata[name]).length === 0) delete metadata[name]
  }
  for (const name of ['finalizers', 'ownerReferences'] as const) {
    if (Array.isArray(metadata[name]) && metadata[name].length === 0) delete metadata[name]
  }
}

export function withNewIdentity(
  resource: Resource,
  given: KubeObject,
  namespace: string | undefined,
  clock: Clock,
): KubeObject {
  const { resourceVersion, managedFields, deletionTimestamp, ...metadata } = given.metadata
  const name = metadata.name || (metadata.generateName ? `${metadata.generateName}${nameSuffix()}` : '')
  return copier(resource)({
    ...given,
    metadata: {
      ...metadata,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: randomUUID(),
      creationTimestamp: timestamp(clock),
    },
  })
}

/** Five characters without vowels and look-alikes, as generateName appends them. */
function nameSuffix(): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
  return Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
}

export function withIdentityOf(resource: Resource, live: KubeObject, given: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp } = live.metadata
  const { deletionTimestamp, deletionGracePeriodSeconds } = live.metadata
  const {
    deletionTimestamp: _,
    deletionGracePeriodSeconds: __,
    generation: ___,
    ...metadata
  } = given.metadata
  const kept = { name, namespace, uid, resourceVersion, generation, creationTimestamp }
  const deleting = { deletionTimestamp, deletionGracePeriodSeconds }
  const identity = Object.entries({ ...kept, ...deleting }).filter(([, value]) => value !== undefined)
  const merged = { ...metadata, ...Object.fromEntries(identity) }
  return copier(resource)({ ...given, metadata: merged as KubeObject['metadata'] })
}

/** A write to the status leaves the rest alone, and the other way round. */
export function keepOtherHalf(
  resource: Resource,
  object: KubeObject,
  live: KubeObject,
  subresource: string | undefined,
) {
  if (!resource.status) return
  if (subresource === 'status') {
    const { status } = object
    for (const field of Object.keys(object)) delete object[field]
    Object.assign(object, structuredClone({ ...live, status }))
  } else if (live.status !== undefined) object.status = structuredClone(live.status)
  else delete object.status
}

/** A null in a built-in kind means unset; a custom resource may mean it. */
function copier(resource: Resource): (object: KubeObject) => KubeObject {
  return resource.schema === undefined ? withoutNulls : structuredClone
}
