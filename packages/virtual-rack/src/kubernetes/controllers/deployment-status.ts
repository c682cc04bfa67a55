import type { Condition, Deployment, ReplicaSet, WorkloadStatus } from '../types/workloads.ts'
import type { Cluster } from './cluster.ts'
import { withCondition } from './conditions.ts'
import { bounds } from './rollout.ts'

/** The status of a deployment from its ReplicaSets, with the conditions that `kubectl rollout status` reads. */
export function deploymentStatus(
  cluster: Cluster,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
): object {
  const wanted = deployment.spec.replicas ?? 1
  const total = (count: (status: WorkloadStatus) => number | undefined) =>
    sets.reduce((sum, set) => sum + (count(set.status ?? {}) ?? 0), 0)
  const counts = {
    replicas: total((status) => status.replicas),
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: total((status) => status.readyReplicas),
    availableReplicas: total((status) => status.availableReplicas),
  }
  const enough = counts.availableReplicas >= wanted - bounds(deployment).unavailable
  const available: Condition = enough
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      }
  const progressing = progress(cluster, deployment, counts, sets, fresh)
  const failure = fresh?.status?.conditions?.find((condition) => condition.type === 'ReplicaFailure')
  const before = deployment.status?.conditions?.filter((condition) => condition.type !== 'ReplicaFailure')
  let conditions = withCondition(
    before,
    { ...available, lastUpdateTime: updateTime(cluster, deployment, available) },
    cluster.now(),
  )
  conditions = withCondition(conditions, progressing, cluster.now())
  if (failure) conditions = withCondition(conditions, failure, cluster.now())
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...counts,
    ...(wanted > counts.availableReplicas ? { unavailableReplicas: wanted - counts.availableReplicas } : {}),
    conditions,
  }
}

/** Milliseconds until the deployment has to have progressed, if it is still on its way. */
export function progressDeadline(cluster: Cluster, deployment: Deployment | undefined): number | undefined {
  const condition = deployment?.status?.conditions?.find((one) => one.type === 'Progressing')
  if (!deployment || condition?.reason !== 'ReplicaSetUpdated' || !condition.lastUpdateTime) return undefined
  return Math.max(10, leftOf(cluster, deployment, condition.lastUpdateTime))
}

type Counts = { replicas: number; updatedReplicas: number; readyReplicas: number; availableReplicas: number }

function progress(
  cluster: Cluster,
  deployment: Deployment,
  counts: Counts,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
): Condition {
  const wanted = deployment.spec.replicas ?? 1
  const type = 'Progressing'
  const name = fresh?.metadata.name ?? ''
  const before = deployment.status?.conditions?.find((one) => one.type === type)
  const observed = sets.every((set) => set.status?.observedGeneration === set.metadata.generation)
  const complete =
    observed &&
    counts.updatedReplicas === wanted &&
    counts.replicas === wanted &&
    counts.availableReplicas >= wanted
  const was = deployment.status ?? {}
  const same = deployment.status?.observedGeneration === deployment.metadata.generation
  const moved =
    !same || (Object.keys(counts) as (keyof Counts)[]).some((field) => (was[field] ?? 0) !== counts[field])
  const since = moved ? cluster.now() : (before?.lastUpdateTime ?? cluster.now())
  if (complete) {
    const message = `ReplicaSet "${name}" has successfully progressed.`
    const lastUpdateTime =
      before?.reason === 'NewReplicaSetAvailable' ? (before.lastUpdateTime ?? since) : since
    return { type, status: 'True', reason: 'NewReplicaSetAvailable', message, lastUpdateTime }
  }
  const settled =
    before?.reason === 'NewReplicaSetAvailable' && same && counts.replicas === counts.updatedReplicas
  if (settled && before) return before
  const late =
    before?.reason !== 'NewReplicaSetAvailable' && !moved && leftOf(cluster, deployment, since) <= 0
  if (late) {
    const message = `ReplicaSet "${name}" has timed out progressing.`
    return { type, status: 'False', reason: 'ProgressDeadlineExceeded', message, lastUpdateTime: since }
  }
  const message = `ReplicaSet "${name}" is progressing.`
  return { type, status: 'True', reason: 'ReplicaSetUpdated', message, lastUpdateTime: since }
}

function leftOf(cluster: Cluster, deployment: Deployment, since: string): number {
  const deadline = (deployment.spec.progressDeadlineSeconds ?? 600) * 1000
  return Date.parse(since) + deadline - cluster.clock.now().getTime()
}

function updateTime(cluster: Cluster, deployment: Deployment, condition: Condition): string {
  const before = deployment.status?.conditions?.find((one) => one.type === condition.type)
  return before?.status === condition.status ? (before.lastUpdateTime ?? cluster.now()) : cluster.now()
}
