import { at, type KubeObject, objectsAt } from '../types/object.ts'
import type { Condition } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import type { Controller } from './controller.ts'
import { nextRun } from './cron-schedule.ts'
import { controlledBy, controllerOf, ownerReference } from './pods.ts'

const key = 'cronjobs.batch'
const jobKey = 'jobs.batch'
const longest = 86_400_000

/** Starts the jobs of a CronJob when its schedule says so (in real time, UTC), and keeps its history short. */
export function cronJobs(cluster: Cluster): Controller {
  return {
    name: 'cronjobs',
    affected: ({ key: changed, object }) => {
      if (changed === key) return [workKey(object.metadata)]
      const owner = changed === jobKey ? controllerOf(object) : undefined
      return owner?.kind === 'CronJob'
        ? [workKey({ namespace: object.metadata.namespace, name: owner.name })]
        : []
    },
    reconcile(work) {
      const { namespace, name } = placeOf(work)
      const cron = cluster.get(key, namespace, name)
      if (!cron || cron.metadata.deletionTimestamp || at(cron, 'spec', 'suspend') === true) return undefined
      trimHistory(cluster, cron)
      const last = at(cron, 'status', 'lastScheduleTime') ?? cron.metadata.creationTimestamp
      const due = nextRun(String(at(cron, 'spec', 'schedule')), new Date(String(last)))
      if (!due) return undefined
      const wait = due.getTime() - cluster.clock.now().getTime()
      if (wait > 0) return Math.min(wait, longest)
      start(cluster, cron, due)
      return 0
    },
  }
}

function start(cluster: Cluster, cron: KubeObject, due: Date) {
  const jobs = controlledBy<KubeObject>(cluster, jobKey, cron)
  const active = jobs.filter((job) => !outcomeOf(job))
  const policy = at(cron, 'spec', 'concurrencyPolicy')
  const skip = policy === 'Forbid' && active.length > 0
  if (policy === 'Replace') for (const job of active) cluster.remove(jobKey, job)
  const name = `${cron.metadata.name}-${Math.floor(due.getTime() / 60_000)}`
  const { namespace = '' } = cron.metadata
  if (!skip && !cluster.get(jobKey, namespace, name)) {
    const template = Object(at(cron, 'spec', 'jobTemplate'))
    const metadata = { ...template.metadata, name, namespace, ownerReferences: [ownerReference(cron)] }
    cluster.create(jobKey, metadata, { spec: template.spec })
  }
  // Runs missed while the cluster was away are not made up for one by one.
  cluster.setStatus(key, cron, { ...Object(cron.status), lastScheduleTime: cluster.now() })
}

function outcomeOf(job: KubeObject): string | undefined {
  const conditions = objectsAt(job, 'status', 'conditions') as Condition[]
  return conditions.find((one) => ['Complete', 'Failed'].includes(one.type) && one.status === 'True')?.type
}

function trimHistory(cluster: Cluster, cron: KubeObject) {
  const limits = [
    ['Complete', 'successfulJobsHistoryLimit'],
    ['Failed', 'failedJobsHistoryLimit'],
  ] as const
  for (const [outcome, field] of limits) {
    const done = controlledBy<KubeObject>(cluster, jobKey, cron).filter((job) => outcomeOf(job) === outcome)
    const extra = done.length - Number(at(cron, 'spec', field) ?? 1)
    for (const job of done.slice(0, Math.max(0, extra))) cluster.remove(jobKey, job)
  }
}
