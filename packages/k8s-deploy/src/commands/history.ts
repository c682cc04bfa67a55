import { planDrift, planRollback } from '../history/plan-rollback.ts'
import { readHistory } from '../history/read-history.ts'
import { formatDeployPlan } from '../plan/format-deploy-plan.ts'
import { planDeploy } from '../plan/plan-deploy.ts'
import { rollOutPlan } from './apply.ts'
import { type CommandOptions, print } from './command-options.ts'
import { withCluster } from './connect.ts'
import { planOptions } from './plan.ts'

export async function history(_: unknown, options: CommandOptions, signal: AbortSignal): Promise<number> {
  return withCluster(options, signal, async (cluster) => {
    const revisions = await readHistory(cluster, options, signal)
    const lines = revisions.map(
      ({ number, time, objects, ready }) =>
        `${String(number).padStart(4)}  ${time}  ${objects} objects${ready ? '' : ', never seen ready'}`,
    )
    print(options, lines.join('\n') || `${options.name} was never applied here`, revisions)
    return 0
  })
}

export async function rollback(_: unknown, options: CommandOptions, signal: AbortSignal): Promise<number> {
  const to = options.to === undefined ? {} : { to: options.to }
  return withCluster(options, signal, async (cluster) => {
    const plan = await planRollback({ ...planOptions(cluster, options, signal), ...to })
    return rollOutPlan(cluster, plan, options, signal, `${options.name} is rolled back and ready`)
  })
}

/** Deleting is a deploy of nothing. The history stays, so that a rollback brings everything back. */
export async function remove(_: unknown, options: CommandOptions, signal: AbortSignal): Promise<number> {
  return withCluster(options, signal, async (cluster) => {
    const plan = await planDeploy({ ...planOptions(cluster, options, signal), manifests: [] })
    return rollOutPlan(cluster, plan, options, signal, `${options.name} is deleted`)
  })
}

/** Exit code 2 if the cluster is not as it was left, so that cron tells it from a failure. */
export async function drift(_: unknown, options: CommandOptions, signal: AbortSignal): Promise<number> {
  return withCluster(options, signal, async (cluster) => {
    const plan = await planDrift(planOptions(cluster, options, signal))
    print(options, formatDeployPlan(plan), { type: 'drift', drift: !plan.empty, plan })
    return plan.empty ? 0 : 2
  })
}
