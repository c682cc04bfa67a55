import { applyDeploy } from '../apply/apply-deploy.ts'
import { formatRef } from '../object/object-ref.ts'
import { formatDeployPlan } from '../plan/format-deploy-plan.ts'
import { waitReady } from '../wait/wait-ready.ts'
import { type CommandOptions, print } from './command-options.ts'
import { withCluster } from './connect.ts'
import { planFolder } from './plan.ts'

export async function apply(folder: string, options: CommandOptions, signal: AbortSignal): Promise<number> {
  const { name, timeout = 600 } = options
  return withCluster(options, signal, async (cluster) => {
    const plan = await planFolder(cluster, folder, options, signal)
    print(options, formatDeployPlan(plan), { type: 'plan', plan })
    await applyDeploy({
      cluster,
      plan,
      signal,
      onEvent: (event) =>
        print(options, `${event.type} ${formatRef(event.ref)} (${event.done} of ${event.total})`, event),
    })
    const onEvent = (event: { reason: string }) => print(options, `waiting: ${event.reason}`, event)
    await waitReady({ cluster, plan, timeoutMs: timeout * 1000, signal, onEvent })
    print(options, `${name} is ready`, { type: 'ready' })
    return 0
  })
}
