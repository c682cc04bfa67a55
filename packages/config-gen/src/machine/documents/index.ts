import type { ConfigDocument } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'
import { discoveryIdentityConfig } from './discovery-identity-config.ts'
import { discoveryServiceConfig } from './discovery-service-config.ts'
import { filesystemTrimConfig } from './filesystem-trim-config.ts'
import { hostnameConfig } from './hostname-config.ts'
import { kernelModuleConfig } from './kernel-module-config.ts'
import { kubeAdmissionControlConfig } from './kube-admission-control-config.ts'
import { kubeAggregatorCaConfig } from './kube-aggregator-ca-config.ts'
import { kubeApiServerCaConfig } from './kube-api-server-ca-config.ts'
import { kubeAuditPolicyConfig } from './kube-audit-policy-config.ts'
import { kubeAuthenticationConfig } from './kube-authentication-config.ts'
import { kubeAuthorizerConfig } from './kube-authorizer-config.ts'
import { kubeClusterConfig } from './kube-cluster-config.ts'
import { kubeComponentConfigs } from './kube-component-configs.ts'
import { kubeCoreDnsConfig } from './kube-core-dns-config.ts'
import { kubeEtcdEncryptionConfig } from './kube-etcd-encryption-config.ts'
import { kubeFlannelCniConfig } from './kube-flannel-cni-config.ts'
import { kubeNetworkConfig } from './kube-network-config.ts'
import { kubeNodeConfig } from './kube-node-config.ts'
import { kubePrismConfig } from './kube-prism-config.ts'
import { kubeServiceAccountConfig } from './kube-service-account-config.ts'
import { kubeSpanConfig } from './kube-span-config.ts'
import { kubeletConfig } from './kubelet-config.ts'
import { layer2VipConfig } from './layer2-vip-config.ts'
import { linkConfig } from './link-config.ts'
import { rawVolumeConfig } from './raw-volume-config.ts'
import { registryMirrorConfig } from './registry-mirror-config.ts'
import { resolverConfig } from './resolver-config.ts'
import { securityProfileConfig } from './security-profile-config.ts'
import { sysctlConfig } from './sysctl-config.ts'
import { timeSyncConfig } from './time-sync-config.ts'
import { unattendedInstallConfig } from './unattended-install-config.ts'
import { userVolumeConfig } from './user-volume-config.ts'
import { v1alpha1 } from './v1alpha1.ts'
import { volumeConfig } from './volume-config.ts'
import { watchdogTimerConfig } from './watchdog-timer-config.ts'

/** Every kind of document, in the order in which a machine config is written. Each decides whether it is needed. */
export const documentBuilders: readonly ((input: MachineInput) => readonly ConfigDocument[])[] = [
  v1alpha1,
  discoveryServiceConfig,
  discoveryIdentityConfig,
  unattendedInstallConfig,
  resolverConfig,
  sysctlConfig,
  kernelModuleConfig,
  volumeConfig,
  userVolumeConfig,
  rawVolumeConfig,
  filesystemTrimConfig,
  securityProfileConfig,
  registryMirrorConfig,
  hostnameConfig,
  linkConfig,
  layer2VipConfig,
  timeSyncConfig,
  watchdogTimerConfig,
  kubeSpanConfig,
  kubeClusterConfig,
  kubeNodeConfig,
  kubeletConfig,
  kubeNetworkConfig,
  kubeApiServerCaConfig,
  kubePrismConfig,
  kubeAggregatorCaConfig,
  kubeAdmissionControlConfig,
  kubeAuditPolicyConfig,
  kubeAuthenticationConfig,
  kubeAuthorizerConfig,
  kubeEtcdEncryptionConfig,
  kubeServiceAccountConfig,
  kubeComponentConfigs,
  kubeFlannelCniConfig,
  kubeCoreDnsConfig,
]
