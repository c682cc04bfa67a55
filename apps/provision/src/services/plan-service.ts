import { type Cluster, type DeployPlan, planDeploy, readManifests } from '@homerack/k8s-deploy'
import type { Service } from '@homerack/rack'

/** A service's folder compared with the cluster. @throws FaultError what is wrong in the folder or refused. */
export async function planService(
  cluster: Cluster,
  service: Service,
  signal: AbortSignal,
): Promise<DeployPlan> {
  const { name, available } = service
  const manifests = await readManifests(service.manifests)
  return planDeploy({
    cluster,
    name,
    namespace: name,
    manifests,
    available: available === 'always' ? 'always' : undefined,
    signal,
  })
}
