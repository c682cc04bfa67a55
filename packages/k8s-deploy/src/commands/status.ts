import { formatSummary } from '../plan/format-deploy-plan.ts'
import { checkReady } from '../wait/check-ready.ts'
import { type CommandOptions, print } from './command-options.ts'
import { withCluster } from './connect.ts'
import { planSources } from './plan.ts'

export async function status(
  sources: readonly string[],
  options: CommandOptions,
  signal: AbortSignal,
): Promise<number> {
  return withCluster(options, signal, async (cluster) => {
    const plan = await planSources(cluster, sources, options, signal)
    const { ready, reason } = await checkReady({ cluster, plan, signal })
    const text = `${options.name}: ${formatSummary(plan)}; ${ready ? 'ready' : reason}`
    print(options, text, { type: 'status', summary: plan.summary, empty: plan.empty, ready, reason })
    return plan.empty && ready ? 0 : 1
  })
}
