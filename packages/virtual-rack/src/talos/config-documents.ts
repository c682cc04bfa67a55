import { parseAllDocuments } from 'yaml'

/** A YAML document of a machine config. */
export type ConfigDocument = Record<string, unknown>

/** Document kinds that Talos 1.14 registers besides the v1alpha1 one; 1.13 knows most of them. */
const kinds = new Set(
  `
  BGPInstanceConfig BlackholeRouteConfig BondConfig BridgeConfig CRIBaseRuntimeSpecConfig
  CRICustomizationConfig ContainerConfig DHCPv4Config DHCPv6Config DiscoveryIdentityConfig
  DiscoveryServiceConfig DummyLinkConfig EnvironmentConfig EtcFileConfig EthernetConfig EventSinkConfig
  ExistingVolumeConfig ExtensionServiceConfig ExternalVolumeConfig FilesystemScrubConfig
  FilesystemTrimConfig HCloudVIPConfig HTTPProbeConfig HostnameConfig ImageCacheConfig
  ImageVerificationConfig KernelModuleConfig KmsgLogConfig KubeAPIServerCAConfig KubeAPIServerConfig
  KubeAdmissionControlConfig KubeAggregatorCAConfig KubeAuditPolicyConfig KubeAuthenticationConfig
  KubeAuthorizerConfig KubeClusterConfig KubeControllerManagerConfig KubeCoreDNSConfig
  KubeCredentialProviderConfig KubeEtcdEncryptionConfig KubeExternalManifestConfig KubeFlannelCNIConfig
  KubeInlineManifestConfig KubeNetworkConfig KubeNodeConfig KubePrismConfig KubeProxyConfig
  KubeSchedulerConfig KubeServiceAccountConfig KubeSpanConfig KubeSpanEndpointsConfig
  KubeStaticPodConfig KubeTalosAPIAccessConfig KubeletConfig LVMLogicalVolumeConfig
  LVMVolumeGroupConfig Layer2VIPConfig LinkAliasConfig LinkConfig NetworkDefaultActionConfig
  NetworkRuleConfig OOMConfig PCIDriverRebindConfig RAIDArrayConfig RawVolumeConfig RegistryAuthConfig
  RegistryMirrorConfig RegistryTLSConfig ResolverConfig RoutingRuleConfig SecurityProfileConfig
  SideroLinkConfig StaticHostConfig SwapVolumeConfig SysctlConfig SysfsConfig TCPProbeConfig
  TimeSyncConfig TrustedRootsConfig UdevRulesConfig UnattendedInstallConfig UserVolumeConfig VLANConfig
  VRFConfig VethConfig VolumeConfig WatchdogTimerConfig WireguardConfig ZswapConfig
`.match(/\w+/g),
)

const v1alpha1Keys = new Set(['version', 'debug', 'persist', 'machine', 'cluster'])

/** The documents of a machine config: the v1alpha1 one and the named ones, or what Talos refuses about them. */
export function readConfigDocuments(
  text: string,
): { v1alpha1: ConfigDocument; documents: ConfigDocument[] } | { wrong: string[] } {
  const parsed = parseAllDocuments(text)
  const broken = parsed.flatMap((document) =>
    document.errors.map((error) => `failed to parse config: ${error.message}`),
  )
  if (broken.length > 0) return { wrong: broken }
  const all = toValues(parsed)
  if ('wrong' in all) return all
  const wrong = all.values.flatMap(whatIsWrong)
  if (wrong.length > 0) return { wrong }
  const documents = all.values as ConfigDocument[]
  const plain = documents.filter((document) => document.kind === undefined)
  const named = documents.filter((document) => document.kind !== undefined)
  const names = named.map((document) => `${document.kind}/${document.name ?? ''}`)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) return { wrong: [`duplicate document: ${twice}`] }
  const [v1alpha1, second] = plain
  if (!v1alpha1) return { wrong: ['the config has no v1alpha1 document'] }
  if (second) return { wrong: ['duplicate document: v1alpha1'] }
  return { v1alpha1, documents: named }
}

/** Aliases are resolved here, so that one that leads nowhere or blows up shows only now. */
function toValues(parsed: readonly { toJS(): unknown }[]): { values: unknown[] } | { wrong: string[] } {
  try {
    return { values: parsed.map((document) => document.toJS()).filter((value) => value !== null) }
  } catch (error) {
    return { wrong: [`failed to parse config: ${(error as Error).message}`] }
  }
}

function whatIsWrong(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['a document is not a map']
  const document = value as ConfigDocument
  if (document.kind !== undefined) {
    const known = document.apiVersion === 'v1alpha1' && kinds.has(String(document.kind))
    return known ? [] : [`"${document.kind}" "${document.apiVersion}": not registered`]
  }
  const unknown = Object.keys(document).filter((key) => !v1alpha1Keys.has(key))
  return unknown.map((key) => `unknown keys found during decoding: ${key}`)
}

/** The value at a path of keys in nested maps, or undefined. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  )
}

export function textAt(value: unknown, ...path: (string | number)[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' && found !== '' ? found : undefined
}

export function listAt(value: unknown, ...path: (string | number)[]): unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}
