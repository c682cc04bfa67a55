import type { Deployment, ReplicaSet } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import type { Controller } from './controller.ts'
import { deploymentStatus, progressDeadline } from './deployment-status.ts'
import { controlledBy, controllerOf, ownerReference, sameTemplate, templateHash } from './pods.ts'
import { planRollout } from './rollout.ts'

const key = 'deployments.apps'
const setKey = 'replicasets.apps'
const revisionAnnotation = 'deployment.kubernetes.io/revision'

/** Rolls a Deployment from one ReplicaSet to the next within its surge and unavailability. */
export function deployments(cluster: Cluster): Controller {
  return {
    name: 'deployments',
    affected: ({ key: changed, object }) => {
      if (changed === key) return [workKey(object.metadata)]
      const owner = changed === setKey ? controllerOf(object) : undefined
      return owner?.kind === 'Deployment'
        ? [workKey({ namespace: object.metadata.namespace, name: owner.name })]
        : []
    },
    reconcile(work) {
      const { namespace, name } = placeOf(work)
      const found = cluster.get<Deployment>(key, namespace, name)
      if (!found || found.metadata.deletionTimestamp) return undefined
      const before = controlledBy<ReplicaSet>(cluster, setKey, found)
      const current = before.find((set) => sameTemplate(set.spec.template, found.spec.template))
      const isNew = !current && !found.spec.paused
      if (isNew) createSet(cluster, found, nextRevision(before))
      else if (current) promote(cluster, found, current, before)
      const sets = controlledBy<ReplicaSet>(cluster, setKey, found)
      const fresh = sets.find((set) => sameTemplate(set.spec.template, found.spec.template))
      for (const { set, replicas } of planRollout(found, sets, fresh)) {
        cluster.update(setKey, set, (live) => ({ ...live, spec: { ...live.spec, replicas } }))
        const word = replicas > (set.spec.replicas ?? 0) ? 'up' : 'down'
        const message = `Scaled ${word} replica set ${set.metadata.name} from ${set.spec.replicas} to ${replicas}`
        cluster.record(found, 'Normal', 'ScalingReplicaSet', message)
      }
      forgetOld(cluster, found, sets, fresh)
      const live = cluster.get<Deployment>(key, namespace, name) ?? found
      const after = controlledBy<ReplicaSet>(cluster, setKey, found)
      const newest = after.find((set) => set.metadata.uid === fresh?.metadata.uid)
      cluster.setStatus(key, live, deploymentStatus(cluster, live, after, newest))
      return progressDeadline(cluster, cluster.get<Deployment>(key, namespace, name))
    },
  }
}

export function revisionOf(object: ReplicaSet | Deployment): number {
  return Number(object.metadata.annotations?.[revisionAnnotation] ?? 0)
}

function nextRevision(sets: readonly ReplicaSet[]): number {
  return Math.max(0, ...sets.map(revisionOf)) + 1
}

function createSet(cluster: Cluster, deployment: Deployment, revision: number) {
  const { spec, metadata } = deployment
  const hash = templateHash(spec.template)
  const labels = { ...spec.template.metadata?.labels, 'pod-template-hash': hash }
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } }
  const matchLabels = { ...spec.selector.matchLabels, 'pod-template-hash': hash }
  cluster.create(
    setKey,
    {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace ?? '',
      labels,
      annotations: { [revisionAnnotation]: String(revision) },
      ownerReferences: [ownerReference(deployment)],
    },
    {
      spec: {
        replicas: 0,
        selector: { ...spec.selector, matchLabels },
        template,
        ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
      },
    },
  )
  annotate(cluster, deployment, revision)
}

/** An older ReplicaSet whose template is wanted again becomes the newest revision. */
function promote(cluster: Cluster, deployment: Deployment, current: ReplicaSet, sets: readonly ReplicaSet[]) {
  const others = sets.filter((set) => set !== current)
  const revision = Math.max(revisionOf(current), nextRevision(others))
  if (revision !== revisionOf(current)) {
    cluster.update(setKey, current, (live) => withAnnotation(live, String(revision)))
  }
  annotate(cluster, deployment, revision)
}

function annotate(cluster: Cluster, deployment: Deployment, revision: number) {
  if (revisionOf(deployment) === revision) return
  cluster.update(key, deployment, (live) => withAnnotation(live, String(revision)))
}

function withAnnotation<T extends ReplicaSet | Deployment>(object: T, revision: string): T {
  const annotations = { ...object.metadata.annotations, [revisionAnnotation]: revision }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

function forgetOld(
  cluster: Cluster,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
) {
  const empty = sets.filter(
    (set) => set !== fresh && set.spec.replicas === 0 && (set.status?.replicas ?? 0) === 0,
  )
  const old = empty.sort((a, b) => revisionOf(a) - revisionOf(b))
  const limit = deployment.spec.revisionHistoryLimit ?? 10
  for (const set of old.slice(0, Math.max(0, old.length - limit))) cluster.remove(setKey, set)
}
