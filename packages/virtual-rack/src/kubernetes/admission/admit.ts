import { forbidden } from '../registry/status-error.ts'
import type { Store } from '../storage/store.ts'
import { at, ensureObject, type KubeObject, objectsAt } from '../types/object.ts'
import { admitService } from './service-addresses.ts'

/** What admission plugins do to an object before it is stored: in place, and it may refuse (403). */
export function admit(store: Store, object: KubeObject, live: KubeObject | undefined) {
  if (object.kind === 'Service') admitService(store, object, live)
  if (live) return
  if (object.kind === 'Pod') admitPod(store, object)
  if (object.kind === 'PersistentVolumeClaim') admitClaim(store, object)
}

const unreachable = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

function admitPod(store: Store, pod: KubeObject) {
  const spec = ensureObject(pod, 'spec')
  const { namespace, name } = pod.metadata
  admitPriority(store, pod)
  // A static pod is mirrored by its kubelet and has no service account.
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror']) return
  const account = String(spec.serviceAccountName ?? 'default')
  if (!store.get('serviceaccounts', namespace, account)) {
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`
    throw forbidden({ group: '', plural: 'pods' }, name, why)
  }
  spec.serviceAccountName = account
  spec.serviceAccount = account
  const tolerations = objectsAt(spec, 'tolerations')
  for (const key of unreachable) {
    const tolerated = tolerations.some(
      (one) => (one.key === key || !one.key) && (one.effect ?? 'NoExecute') === 'NoExecute',
    )
    if (!tolerated) tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })
  }
  spec.tolerations = tolerations
}

function admitPriority(store: Store, pod: KubeObject) {
  const spec = ensureObject(pod, 'spec')
  const name = spec.priorityClassName
  if (name === undefined) {
    spec.priority ??= 0
    return
  }
  const found = store.get('priorityclasses.scheduling.k8s.io', undefined, String(name))
  if (!found) {
    const why = `no PriorityClass with name ${name} was found`
    throw forbidden({ group: '', plural: 'pods' }, pod.metadata.name, why)
  }
  spec.priority = found.value
}

/** The default storage class, and the finalizer that keeps a claim while a pod uses it. */
function admitClaim(store: Store, claim: KubeObject) {
  const spec = ensureObject(claim, 'spec')
  const chosen = store
    .list('storageclasses.storage.k8s.io')
    .find(
      (storageClass) =>
        at(storageClass, 'metadata', 'annotations', 'storageclass.kubernetes.io/is-default-class') === 'true',
    )
  if (spec.storageClassName === undefined && chosen) spec.storageClassName = chosen.metadata.name
  const finalizers = new Set(claim.metadata.finalizers).add('kubernetes.io/pvc-protection')
  claim.metadata.finalizers = [...finalizers]
}
