import { quantityValue } from '../admission/quantity.ts'
import { matchesSelector } from '../http/selectors.ts'
import { at, type KubeObject } from '../types/object.ts'
import type { Pod } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import type { Controller } from './controller.ts'
import { isFinished, isReady } from './pods.ts'

const key = 'persistentvolumeclaims'
const volumeKey = 'persistentvolumes'
const classKey = 'storageclasses.storage.k8s.io'

/**
 * Binds claims: to a fitting volume that exists, or to one made for them when their storage class exists or a
 * provisioner of that name runs (Longhorn makes its class itself once its manager is up).
 */
export function volumes(cluster: Cluster): Controller {
  const waiting = () =>
    cluster
      .list(key)
      .filter((claim) => at(claim, 'status', 'phase') !== 'Bound' || claim.metadata.deletionTimestamp)
  return {
    name: 'volumes',
    affected: ({ key: changed, type, object }) => {
      if (changed === key)
        return type === 'DELETED' ? [`gone ${object.metadata.uid}`] : [workKey(object.metadata)]
      const relevant = changed === classKey || changed === volumeKey || changed === 'pods'
      return relevant ? waiting().map((claim) => workKey(claim.metadata)) : []
    },
    reconcile(work) {
      if (work.startsWith('gone ')) {
        for (const volume of cluster.list(volumeKey))
          if (at(volume, 'spec', 'claimRef', 'uid') === work.slice(5)) release(cluster, volume)
        return undefined
      }
      const { namespace, name } = placeOf(work)
      const claim = cluster.get(key, namespace, name)
      if (!claim) return undefined
      if (claim.metadata.deletionTimestamp) unprotect(cluster, claim)
      else if (at(claim, 'status', 'phase') !== 'Bound') bind(cluster, claim)
      return undefined
    },
  }
}

/** Why a pod's claims keep it from being scheduled; undefined if they do not. */
export function unboundClaim(cluster: Cluster, pod: Pod): string | undefined {
  for (const name of claimsOf(pod)) {
    const claim = cluster.get(key, pod.metadata.namespace, name)
    if (!claim) return `persistentvolumeclaim "${name}" not found`
    if (at(claim, 'status', 'phase') !== 'Bound') return 'pod has unbound immediate PersistentVolumeClaims'
  }
  return undefined
}

function claimsOf(pod: Pod): string[] {
  const names = (pod.spec.volumes ?? []).map((volume) => at(volume, 'persistentVolumeClaim', 'claimName'))
  return names.filter((name): name is string => typeof name === 'string')
}

function bind(cluster: Cluster, claim: KubeObject) {
  const existing = cluster.list(volumeKey).find((volume) => fits(volume, claim))
  const volume = existing ?? provision(cluster, claim)
  if (!volume) return
  const { name, namespace, uid } = claim.metadata
  const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', name, namespace, uid }
  const volumeName = volume.metadata.name
  cluster.update(volumeKey, volume, (live) => ({ ...live, spec: { ...Object(live.spec), claimRef } }))
  cluster.setStatus(volumeKey, volume, { phase: 'Bound' })
  cluster.update(key, claim, (live) => ({ ...live, spec: { ...Object(live.spec), volumeName } }))
  cluster.setStatus(key, claim, {
    phase: 'Bound',
    accessModes: at(volume, 'spec', 'accessModes'),
    capacity: at(volume, 'spec', 'capacity'),
  })
}

function fits(volume: KubeObject, claim: KubeObject): boolean {
  const held = at(volume, 'spec', 'claimRef')
  if (held !== undefined) {
    const same =
      at(held, 'namespace') === claim.metadata.namespace && at(held, 'name') === claim.metadata.name
    return same && (at(held, 'uid') ?? claim.metadata.uid) === claim.metadata.uid
  }
  const asked = at(claim, 'spec', 'volumeName')
  if (asked !== undefined) return volume.metadata.name === asked
  if ((at(volume, 'spec', 'storageClassName') ?? '') !== (at(claim, 'spec', 'storageClassName') ?? ''))
    return false
  const modes = at(volume, 'spec', 'accessModes')
  const wanted = at(claim, 'spec', 'accessModes')
  const selector = at(claim, 'spec', 'selector')
  return (
    Array.isArray(modes) &&
    Array.isArray(wanted) &&
    wanted.every((mode) => modes.includes(mode)) &&
    (selector === undefined || matchesSelector(selector, volume.metadata.labels)) &&
    quantityValue(at(volume, 'spec', 'capacity', 'storage')) >= sizeOf(claim)
  )
}

function provision(cluster: Cluster, claim: KubeObject): KubeObject | undefined {
  const className = at(claim, 'spec', 'storageClassName')
  if (typeof className !== 'string' || className === '') return undefined
  const storageClass = cluster.get(classKey, undefined, className)
  const provisioner = storageClass?.provisioner ?? runningProvisioner(cluster, className)
  if (provisioner === undefined || provisioner === 'kubernetes.io/no-provisioner') {
    const message = storageClass
      ? 'no persistent volumes available for this claim'
      : `storageclass.storage.k8s.io "${className}" not found`
    cluster.record(claim, 'Warning', 'ProvisioningFailed', message)
    return undefined
  }
  return cluster.create(
    volumeKey,
    {
      name: `pvc-${claim.metadata.uid}`,
      annotations: { 'pv.kubernetes.io/provisioned-by': String(provisioner) },
    },
    {
      spec: {
        capacity: { storage: at(claim, 'spec', 'resources', 'requests', 'storage') },
        accessModes: at(claim, 'spec', 'accessModes'),
        persistentVolumeReclaimPolicy: storageClass?.reclaimPolicy ?? 'Delete',
        storageClassName: className,
        csi: { driver: String(provisioner), volumeHandle: `pvc-${claim.metadata.uid}` },
      },
    },
  )
}

/** A ready pod whose app is called after the storage class stands in for a class made at run time. */
function runningProvisioner(cluster: Cluster, className: string): string | undefined {
  const runs = cluster.list<Pod>('pods').some((pod) => {
    const app = pod.metadata.labels?.['app.kubernetes.io/name'] ?? pod.metadata.labels?.app ?? ''
    return app.startsWith(className) && isReady(pod)
  })
  return runs ? `driver.${className}.io` : undefined
}

/** A deleted claim stays while a pod uses it. */
function unprotect(cluster: Cluster, claim: KubeObject) {
  const { name, namespace, finalizers = [] } = claim.metadata
  const used = cluster
    .list<Pod>('pods', namespace)
    .some((pod) => !isFinished(pod) && claimsOf(pod).includes(name))
  if (used || !finalizers.includes('kubernetes.io/pvc-protection')) return
  const left = finalizers.filter((one) => one !== 'kubernetes.io/pvc-protection')
  cluster.update(key, claim, (live) => ({ ...live, metadata: { ...live.metadata, finalizers: left } }))
}

function release(cluster: Cluster, volume: KubeObject) {
  if (at(volume, 'spec', 'persistentVolumeReclaimPolicy') === 'Delete') cluster.remove(volumeKey, volume)
  else cluster.setStatus(volumeKey, volume, { phase: 'Released' })
}

function sizeOf(claim: KubeObject): number {
  return quantityValue(at(claim, 'spec', 'resources', 'requests', 'storage'))
}
