import { base64, base64Secret } from '../../secrets/format-secrets-bundle.ts'
import type { CertificateAndKey } from '../../secrets/secrets-bundle.ts'
import type { ConfigDocument } from '../config-document.ts'
import { kubernetesImage } from '../kubernetes-image.ts'
import { clusterEndpoint, isControlPlane, type MachineInput } from '../machine-input.ts'
import { podSecurity } from './kube-admission-control-config.ts'
import { auditPolicy } from './kube-audit-policy-config.ts'

/** The cluster section of the first document. */
export function clusterSection(input: MachineInput): ConfigDocument {
  const { bundle, contract } = input
  const token = bundle.secrets.bootstrapToken
  const etcd = isControlPlane(input) ? { etcd: { ca: pair(bundle.certs.etcd) } } : {}
  if (contract.kubernetesDocuments) return { token, ...etcd }
  return {
    id: bundle.cluster.id,
    secret: bundle.cluster.secret,
    controlPlane: { endpoint: clusterEndpoint(input) },
    clusterName: input.rack.name,
    network: network(input),
    token,
    ...(isControlPlane(input) ? controlPlane(input) : { ca: { crt: base64(bundle.certs.k8s.crt), key: '' } }),
    discovery: { enabled: true, registries: { kubernetes: { disabled: true }, service: {} } },
    ...etcd,
    ...(isControlPlane(input) &&
      input.rack.cluster.allowSchedulingOnControlPlanes && { allowSchedulingOnControlPlanes: true }),
  }
}

function network({ rack }: MachineInput): ConfigDocument {
  const { cni, pods, services } = rack.cluster
  return {
    ...(cni === 'none' && { cni: { name: 'none' } }),
    dnsDomain: 'cluster.local',
    podSubnets: [pods],
    serviceSubnets: [services],
  }
}

function controlPlane({ bundle, rack }: MachineInput): ConfigDocument {
  const { secretboxEncryptionSecret, aescbcEncryptionSecret } = bundle.secrets
  const { k8s, k8sAggregator, k8sServiceAccount } = bundle.certs
  return {
    ...(aescbcEncryptionSecret && { aescbcEncryptionSecret }),
    ...(secretboxEncryptionSecret && { secretboxEncryptionSecret }),
    ca: pair(k8s),
    aggregatorCA: pair(k8sAggregator),
    serviceAccount: { key: base64Secret(k8sServiceAccount.key) },
    apiServer: {
      image: kubernetesImage('kube-apiserver', rack),
      admissionControl: [{ name: 'PodSecurity', configuration: podSecurity }],
      auditPolicy,
    },
    controllerManager: { image: kubernetesImage('kube-controller-manager', rack) },
    proxy: { image: kubernetesImage('kube-proxy', rack) },
    scheduler: { image: kubernetesImage('kube-scheduler', rack) },
  }
}

function pair({ crt, key }: CertificateAndKey): ConfigDocument {
  return { crt: base64(crt), key: base64Secret(key) }
}
