import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

export function kubeNetworkConfig({ rack, contract }: MachineInput): readonly ConfigDocument[] {
  if (!contract.kubernetesDocuments) return []
  const { pods, services } = rack.cluster
  return [
    document('KubeNetworkConfig', {
      dnsDomain: 'cluster.local',
      podSubnets: [pods],
      serviceSubnets: [services],
    }),
  ]
}
