import type { Condition, Job, Pod } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import { withCondition } from './conditions.ts'
import type { Controller } from './controller.ts'
import { controlledBy, controllerOf, createPod, isActive } from './pods.ts'

const key = 'jobs.batch'

/** Runs the pods of a Job until enough succeeded or too many failed. */
export function jobs(cluster: Cluster): Controller {
  return {
    name: 'jobs',
    affected: ({ key: changed, object }) => {
      if (changed === key) return [workKey(object.metadata)]
      const owner = changed === 'pods' ? controllerOf(object) : undefined
      return owner?.kind === 'Job'
        ? [workKey({ namespace: object.metadata.namespace, name: owner.name })]
        : []
    },
    reconcile(work) {
      const { namespace, name } = placeOf(work)
      const job = cluster.get<Job>(key, namespace, name)
      if (!job || job.metadata.deletionTimestamp) return undefined
      const outcome = job.status?.conditions?.find(
        (one) => ['Complete', 'Failed'].includes(one.type) && one.status === 'True',
      )
      if (outcome) return expire(cluster, job, outcome)
      if (job.spec.suspend) return undefined
      const pods = controlledBy<Pod>(cluster, 'pods', job)
      const succeeded = pods.filter((pod) => pod.status?.phase === 'Succeeded').length
      const failed = pods.filter((pod) => pod.status?.phase === 'Failed').length + restarts(pods)
      const end = outcomeOf(cluster, job, succeeded, failed)
      const active = pods.filter(isActive)
      if (end) for (const pod of active) cluster.remove('pods', pod)
      else startMissing(cluster, job, active.length, succeeded)
      writeStatus(
        cluster,
        job,
        {
          active: end ? 0 : controlledBy<Pod>(cluster, 'pods', job).filter(isActive).length,
          succeeded,
          failed,
        },
        end,
      )
      return end ? undefined : deadlineIn(cluster, job)
    },
  }
}

function startMissing(cluster: Cluster, job: Job, active: number, succeeded: number) {
  const left = (job.spec.completions ?? job.spec.parallelism ?? 1) - succeeded
  const wanted = Math.min(job.spec.parallelism ?? 1, left)
  for (let i = active; i < wanted; i++) {
    createPod(cluster, job, job.spec.template, { generateName: `${job.metadata.name}-` })
  }
}

function outcomeOf(cluster: Cluster, job: Job, succeeded: number, failed: number): Condition | undefined {
  if (succeeded >= (job.spec.completions ?? 1)) {
    return {
      type: 'Complete',
      status: 'True',
      reason: 'CompletionsReached',
      message: 'Reached expected number of succeeded pods',
    }
  }
  if (failed > (job.spec.backoffLimit ?? 6)) {
    return {
      type: 'Failed',
      status: 'True',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    }
  }
  const left = deadlineIn(cluster, job)
  return left !== undefined && left <= 0
    ? {
        type: 'Failed',
        status: 'True',
        reason: 'DeadlineExceeded',
        message: 'Job was active longer than specified deadline',
      }
    : undefined
}

function deadlineIn(cluster: Cluster, job: Job): number | undefined {
  const seconds = job.spec.activeDeadlineSeconds
  const since = job.status?.startTime
  if (seconds === undefined || since === undefined) return undefined
  return Date.parse(since) + seconds * 1000 - cluster.clock.now().getTime()
}

/** With restartPolicy OnFailure a pod that crashes again counts once per restart. */
function restarts(pods: readonly Pod[]): number {
  return pods
    .filter((pod) => pod.spec.restartPolicy === 'OnFailure')
    .reduce((sum, pod) => sum + (pod.status?.containerStatuses?.[0]?.restartCount ?? 0), 0)
}

type Counts = { active: number; succeeded: number; failed: number }

function writeStatus(cluster: Cluster, job: Job, counts: Counts, end: Condition | undefined) {
  const now = cluster.now()
  const met = end?.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget'
  const conditions = end
    ? withCondition(withCondition(job.status?.conditions, { ...end, type: met }, now), end, now)
    : job.status?.conditions
  cluster.setStatus(key, job, {
    startTime: job.status?.startTime ?? now,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ready: 0,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(conditions ? { conditions } : {}),
    ...(end?.type === 'Complete' ? { completionTime: now } : {}),
  })
}

function expire(cluster: Cluster, job: Job, outcome: Condition): number | undefined {
  const seconds = job.spec.ttlSecondsAfterFinished
  if (seconds === undefined) return undefined
  const since = Date.parse(outcome.lastTransitionTime ?? cluster.now())
  const left = since + cluster.pace(seconds * 1000) - cluster.clock.now().getTime()
  if (left > 0) return left
  cluster.remove(key, job)
  return undefined
}
