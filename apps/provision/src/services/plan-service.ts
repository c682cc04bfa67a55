import { type Cluster, type DeployPlan, type Manifest, planDeploy } from '@homerack/k8s-deploy'
import type { Service } from '@homerack/rack'

/** A service as it is declared, compared with the cluster. @throws FaultError what is refused. */
export async function planService(
  cluster: Cluster,
  { name, available }: Service,
  manifests: readonly Manifest[],
  signal: AbortSignal,
): Promise<DeployPlan> {
  return planDeploy({
    cluster,
    name,
    namespace: name,
    manifests,
    available: available === 'always' ? 'always' : undefined,
    signal,
  })
}
