import { type RollOutEvent, rollOut } from '../availability/roll-out.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { formatRef } from '../object/object-ref.ts'
import type { DeployPlan } from '../plan/deploy-plan.ts'
import { formatDeployPlan } from '../plan/format-deploy-plan.ts'
import { type CommandOptions, print } from './command-options.ts'
import { withCluster } from './connect.ts'
import { planSources } from './plan.ts'

export async function apply(
  sources: readonly string[],
  options: CommandOptions,
  signal: AbortSignal,
): Promise<number> {
  return withCluster(options, signal, async (cluster) => {
    const plan = await planSources(cluster, sources, options, signal)
    return rollOutPlan(cluster, plan, options, signal, `${options.name} is ready`)
  })
}

/** Prints a plan and rolls it out, unless it should only be shown. */
export async function rollOutPlan(
  cluster: Cluster,
  plan: DeployPlan,
  options: CommandOptions,
  signal: AbortSignal,
  conclusion: string,
): Promise<number> {
  print(options, formatDeployPlan(plan), { type: 'plan', plan })
  if (options.dryRun) return 0
  const timeoutMs = (options.timeout ?? 600) * 1000
  const onEvent = (event: RollOutEvent) => print(options, formatEvent(event), event)
  await rollOut({ cluster, plan, timeoutMs, signal, onEvent })
  print(options, conclusion, { type: 'ready' })
  return 0
}

function formatEvent(event: RollOutEvent): string {
  if (event.type === 'waiting') return `waiting: ${event.reason}`
  if (event.type === 'rolling back') return `rolling back to revision ${event.revision}: ${event.reason}`
  return `${event.type} ${formatRef(event.ref)} (${event.done} of ${event.total})`
}
