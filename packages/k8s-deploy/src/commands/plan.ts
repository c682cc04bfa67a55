import type { Cluster } from '../cluster/cluster.ts'
import type { DeployPlan } from '../plan/deploy-plan.ts'
import { formatDeployPlan } from '../plan/format-deploy-plan.ts'
import { type PlanDeployOptions, planDeploy } from '../plan/plan-deploy.ts'
import { type CommandOptions, print } from './command-options.ts'
import { withCluster } from './connect.ts'
import { readDeclared } from './read.ts'

export async function plan(
  sources: readonly string[],
  options: CommandOptions,
  signal: AbortSignal,
): Promise<number> {
  return withCluster(options, signal, async (cluster) => {
    const found = await planSources(cluster, sources, options, signal)
    print(options, formatDeployPlan(found), found)
    return found.summary.conflict + found.summary.replace > 0 ? 1 : 0
  })
}

export async function planSources(
  cluster: Cluster,
  sources: readonly string[],
  options: CommandOptions,
  signal: AbortSignal,
): Promise<DeployPlan> {
  const manifests = await readDeclared(sources, options, signal)
  return planDeploy({ ...planOptions(cluster, options, signal), manifests })
}

export function planOptions(
  cluster: Cluster,
  { name, namespace, allowPrune = [], force = false, available }: CommandOptions,
  signal: AbortSignal,
): Omit<PlanDeployOptions, 'manifests'> {
  return { cluster, name, namespace, allowPrune, force, available, signal }
}
