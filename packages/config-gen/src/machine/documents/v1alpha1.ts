import { base64, base64Secret } from '../../secrets/format-secrets-bundle.ts'
import type { ConfigDocument } from '../config-document.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'
import { controlPlaneLabels } from './control-plane-labels.ts'
import { clusterSection } from './v1alpha1-cluster.ts'
import { installSection } from './v1alpha1-install.ts'
import { kubeletSection } from './v1alpha1-kubelet.ts'

/** The first document. Under the 1.14 contract little remains in it. */
export function v1alpha1(input: MachineInput): readonly ConfigDocument[] {
  return [
    {
      version: 'v1alpha1',
      debug: false,
      persist: true,
      machine: machineSection(input),
      cluster: clusterSection(input),
    },
  ]
}

function machineSection(input: MachineInput): ConfigDocument {
  const { bundle, contract, node } = input
  const { os } = bundle.certs
  return {
    type: node.role,
    token: bundle.trustd.token,
    // A worker may ask for certificates, not sign them.
    ca: { crt: base64(os.crt), key: isControlPlane(input) ? base64Secret(os.key) : '' },
    certSANs: [],
    ...kubeletSection(input),
    ...installSection(input),
    ...kernelSections(input),
    features: {
      diskQuotaSupport: true,
      ...(!contract.kubernetesDocuments && { kubePrism: { enabled: true, port: 7445 } }),
      ...(!contract.hostDnsInResolver && { hostDNS: { enabled: true, forwardKubeDNSToHost: true } }),
    },
    ...nodeSections(input),
  }
}

function kernelSections({ rack, contract }: MachineInput): ConfigDocument {
  const { sysctls, kernelModules } = rack.cluster
  const modules = kernelModules.map((name) => ({ name }))
  return {
    ...(!contract.sysctlDocument && Object.keys(sysctls).length > 0 && { sysctls }),
    ...(!contract.kernelModuleDocuments && modules.length > 0 && { kernel: { modules } }),
  }
}

function nodeSections(input: MachineInput): ConfigDocument {
  if (input.contract.kubernetesDocuments) return {}
  const nodeLabels = { ...controlPlaneLabels(input), ...input.node.labels }
  const nodeTaints = input.node.taints
  return {
    ...(Object.keys(nodeLabels).length > 0 && { nodeLabels }),
    ...(Object.keys(nodeTaints).length > 0 && { nodeTaints }),
  }
}
