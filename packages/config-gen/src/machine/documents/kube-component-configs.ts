import { type ConfigDocument, document } from '../config-document.ts'
import { kubernetesImage } from '../kubernetes-image.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'

/** The images of the control plane's four components: KubeAPIServerConfig, KubeControllerManagerConfig, KubeSchedulerConfig, KubeProxyConfig. */
export function kubeComponentConfigs(input: MachineInput): readonly ConfigDocument[] {
  if (!input.contract.kubernetesDocuments || !isControlPlane(input)) return []
  const { rack } = input
  return [
    document('KubeAPIServerConfig', { image: kubernetesImage('kube-apiserver', rack) }),
    document('KubeControllerManagerConfig', { image: kubernetesImage('kube-controller-manager', rack) }),
    document('KubeSchedulerConfig', { image: kubernetesImage('kube-scheduler', rack), config: {} }),
    document('KubeProxyConfig', { image: kubernetesImage('kube-proxy', rack), config: {} }),
  ]
}
