import type { Cluster } from '../cluster/cluster.ts'
import type { DeployPlan } from '../plan/deploy-plan.ts'
import { formatDeployPlan } from '../plan/format-deploy-plan.ts'
import { planDeploy } from '../plan/plan-deploy.ts'
import { readManifests } from '../sources/read-manifests.ts'
import { type CommandOptions, print } from './command-options.ts'
import { withCluster } from './connect.ts'

export async function plan(folder: string, options: CommandOptions, signal: AbortSignal): Promise<number> {
  return withCluster(options, signal, async (cluster) => {
    const found = await planFolder(cluster, folder, options, signal)
    print(options, formatDeployPlan(found), found)
    return found.summary.conflict + found.summary.replace > 0 ? 1 : 0
  })
}

export async function planFolder(
  cluster: Cluster,
  folder: string,
  { name, namespace, allowPrune = [], force = false }: CommandOptions,
  signal: AbortSignal,
): Promise<DeployPlan> {
  const manifests = await readManifests(folder)
  return planDeploy({ cluster, name, namespace, manifests, allowPrune, force, signal })
}
