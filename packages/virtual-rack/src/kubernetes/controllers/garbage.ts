import { foregroundFinalizer, orphanFinalizer } from '../registry/deletion.ts'
import type { KubeObject } from '../types/object.ts'
import type { Cluster } from './cluster.ts'
import type { Controller } from './controller.ts'

/** Deletes what has lost its owners, and lets go of owners that wait for their dependents. */
export function garbage(cluster: Cluster): Controller {
  const work = (key: string, { namespace, name }: { namespace?: string | undefined; name: string }) =>
    `${key} ${namespace ?? ''}/${name}`
  return {
    name: 'garbage',
    affected: ({ key, type, object }) => {
      const { uid, ownerReferences = [], finalizers = [] } = object.metadata
      const keys: string[] = []
      if (type === 'DELETED' && uid) {
        for (const place of cluster.store.dependents(uid)) keys.push(work(place.key, place))
        for (const owner of ownerReferences) keys.push(`uid ${owner.uid}`)
      }
      if (type === 'ADDED' && ownerReferences.length > 0) keys.push(work(key, object.metadata))
      const waits = finalizers.includes(foregroundFinalizer) || finalizers.includes(orphanFinalizer)
      if (type !== 'DELETED' && waits && object.metadata.deletionTimestamp)
        keys.push(work(key, object.metadata))
      return keys
    },
    reconcile(entry) {
      const [key = '', place = ''] = entry.split(' ')
      if (key === 'uid') {
        const owner = cluster.store.byUid(place)
        if (owner?.object.metadata.deletionTimestamp) release(cluster, owner.key, owner.object)
        return undefined
      }
      const slash = place.indexOf('/')
      const object = cluster.get(key, place.slice(0, slash) || undefined, place.slice(slash + 1))
      if (!object) return undefined
      if (object.metadata.deletionTimestamp) release(cluster, key, object)
      else if (isOrphan(cluster, object)) cluster.remove(key, object)
      return undefined
    },
  }
}

function isOrphan(cluster: Cluster, object: KubeObject): boolean {
  const owners = object.metadata.ownerReferences ?? []
  return owners.length > 0 && owners.every((owner) => !cluster.store.byUid(owner.uid))
}

function release(cluster: Cluster, key: string, object: KubeObject) {
  const { uid = '', finalizers = [] } = object.metadata
  const dependents = cluster.store.dependents(uid)
  if (finalizers.includes(orphanFinalizer)) {
    for (const place of dependents) {
      const dependent = cluster.get(place.key, place.namespace, place.name)
      if (dependent) cluster.update(place.key, dependent, (live) => withoutOwner(live, uid))
    }
    drop(cluster, key, object, orphanFinalizer)
  } else if (finalizers.includes(foregroundFinalizer)) {
    const blocking = dependents.flatMap((place) => {
      const dependent = cluster.get(place.key, place.namespace, place.name)
      return dependent ? [{ place, dependent }] : []
    })
    for (const { place, dependent } of blocking) {
      if (!dependent.metadata.deletionTimestamp)
        cluster.remove(place.key, dependent, { propagation: 'Foreground' })
    }
    const left = cluster.store.dependents(uid).some((place) => {
      const owners = cluster.get(place.key, place.namespace, place.name)?.metadata.ownerReferences
      return owners?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion)
    })
    if (!left) drop(cluster, key, object, foregroundFinalizer)
  }
}

function withoutOwner(object: KubeObject, uid: string): KubeObject {
  const ownerReferences = (object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid)
  return { ...object, metadata: { ...object.metadata, ownerReferences } }
}

function drop(cluster: Cluster, key: string, object: KubeObject, finalizer: string) {
  if (!cluster.store.get(key, object.metadata.namespace, object.metadata.name)) return
  cluster.update(key, object, (live) => {
    const finalizers = (live.metadata.finalizers ?? []).filter((one) => one !== finalizer)
    return { ...live, metadata: { ...live.metadata, finalizers } }
  })
}
