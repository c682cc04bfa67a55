import { at, type Check, firstDocument, isSet } from '../finding.ts'

/**
 * What a document says must not be said in the first document too: kind, then the older places
 * (V1Alpha1ConflictValidate of each document type, Talos v1.13.9 and v1.14.1).
 */
const olderPlaces: readonly (readonly [kind: string, ...paths: string[]])[] = [
  ['HostnameConfig', 'machine.network.hostname', 'machine.features.stableHostname'],
  [
    'ResolverConfig',
    'machine.network.nameservers',
    'machine.network.searchDomains',
    'machine.network.disableSearchDomain',
  ],
  ['TimeSyncConfig', 'machine.time.disabled', 'machine.time.servers', 'machine.time.bootTimeout'],
  ['KubeSpanConfig', 'machine.network.kubespan'],
  ['UnattendedInstallConfig', 'machine.install'],
  ['DiscoveryIdentityConfig', 'cluster.id', 'cluster.secret'],
  ['DiscoveryServiceConfig', 'cluster.discovery'],
  ['KubeletConfig', 'machine.kubelet'],
  ['KubeCredentialProviderConfig', 'machine.kubelet'],
  ['KubeClusterConfig', 'cluster.clusterName', 'cluster.controlPlane.endpoint'],
  ['KubeNetworkConfig', 'cluster.network'],
  ['KubeFlannelCNIConfig', 'cluster.network'],
  ['KubePrismConfig', 'machine.features.kubePrism'],
  ['KubeAPIServerCAConfig', 'cluster.ca', 'cluster.acceptedCAs'],
  ['KubeAggregatorCAConfig', 'cluster.aggregatorCA'],
  ['KubeServiceAccountConfig', 'cluster.serviceAccount'],
  ['KubeEtcdEncryptionConfig', 'cluster.secretboxEncryptionSecret', 'cluster.aescbcEncryptionSecret'],
  ['KubeAPIServerConfig', 'cluster.apiServer', 'cluster.controlPlane.localAPIServerPort'],
  ['KubeAdmissionControlConfig', 'cluster.apiServer.admissionControl'],
  ['KubeAuditPolicyConfig', 'cluster.apiServer.auditPolicy'],
  ['KubeAuthorizerConfig', 'cluster.apiServer.authorizationConfig'],
  ['KubeControllerManagerConfig', 'cluster.controllerManager', 'machine.controlPlane.controllerManager'],
  ['KubeSchedulerConfig', 'cluster.scheduler', 'machine.controlPlane.scheduler'],
  ['KubeProxyConfig', 'cluster.proxy'],
  ['KubeCoreDNSConfig', 'cluster.coreDNS'],
  ['KubeTalosAPIAccessConfig', 'machine.features.kubernetesTalosAPIAccess'],
  [
    'KubeNodeConfig',
    'cluster.allowSchedulingOnControlPlanes',
    'cluster.allowSchedulingOnMasters',
    'machine.kubelet.nodeIP',
  ],
  ['CRIBaseRuntimeSpecConfig', 'machine.baseRuntimeSpecOverrides'],
]

export const checkConflicts: Check = (config) => {
  const first = firstDocument(config)
  return olderPlaces.flatMap(([kind, ...paths]) =>
    paths
      .filter(
        (path) => config.some((document) => document.kind === kind) && isSet(at(first, ...path.split('.'))),
      )
      .map((path) => ({
        code: 'E_CONFIG_CONFLICT' as const,
        document: first,
        path: path.split('.'),
        cause: `${path} and ${kind} say the same`,
        hint: `Say it in ${kind}; a patch, too, must name the document.`,
      })),
  )
}
