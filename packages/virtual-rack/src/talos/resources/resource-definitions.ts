import { type ProtoField, protoFields } from './proto-fields.ts'
import type { ResourceEntry } from './resource-store.ts'

type Definition = {
  type: string
  namespace: string
  aliases?: string[]
  columns?: Record<string, string>
  sensitive?: true
}

/** The types a node has, where they live, and how `talosctl get` shows them. */
const definitions: Definition[] = [
  {
    type: 'ResourceDefinitions.meta.cosi.dev',
    namespace: 'meta',
    aliases: ['api-resources'],
    columns: { Aliases: '{.aliases[:]}' },
  },
  { type: 'Namespaces.meta.cosi.dev', namespace: 'meta', columns: { Description: '{.description}' } },
  {
    type: 'MachineStatuses.runtime.talos.dev',
    namespace: 'runtime',
    columns: { Stage: '{.stage}', Ready: '{.status.ready}' },
  },
  {
    type: 'Services.v1alpha1.talos.dev',
    namespace: 'runtime',
    aliases: ['svc'],
    columns: { Running: '{.running}', Healthy: '{.healthy}', 'Health Unknown': '{.unknown}' },
  },
  { type: 'TimeStatuses.v1alpha1.talos.dev', namespace: 'runtime', columns: { Synced: '{.synced}' } },
  { type: 'SecurityStates.talos.dev', namespace: 'runtime', columns: { SecureBoot: '{.secureBoot}' } },
  {
    type: 'KernelCmdlines.runtime.talos.dev',
    namespace: 'runtime',
    aliases: ['cmdline'],
    columns: { Cmdline: '{.cmdline}' },
  },
  { type: 'MachineConfigs.config.talos.dev', namespace: 'config', aliases: ['mc'], sensitive: true },
  { type: 'MachineTypes.config.talos.dev', namespace: 'config', columns: { Type: '{}' } },
  { type: 'Nodenames.kubernetes.talos.dev', namespace: 'k8s', columns: { Nodename: '{.nodename}' } },
  {
    type: 'NodeStatuses.kubernetes.talos.dev',
    namespace: 'k8s',
    columns: { Ready: '{.nodeReady}', Unschedulable: '{.unschedulable}' },
  },
  {
    type: 'LinkStatuses.net.talos.dev',
    namespace: 'network',
    aliases: ['link', 'links'],
    columns: {
      Type: '{.type}',
      Kind: '{.kind}',
      'Hw Addr': '{.hardwareAddr}',
      'Oper State': '{.operationalState}',
      'Link State': '{.linkState}',
    },
  },
  {
    type: 'AddressStatuses.net.talos.dev',
    namespace: 'network',
    aliases: ['address', 'addresses'],
    columns: { Address: '{.address}', Link: '{.linkName}' },
  },
  { type: 'NodeAddresses.net.talos.dev', namespace: 'network', columns: { Addresses: '{.addresses}' } },
  {
    type: 'HostnameStatuses.net.talos.dev',
    namespace: 'network',
    aliases: ['hostname'],
    columns: { Hostname: '{.hostname}', Domainname: '{.domainname}' },
  },
  {
    type: 'NetworkStatuses.net.talos.dev',
    namespace: 'network',
    aliases: ['netstatus'],
    columns: {
      Address: '{.addressReady}',
      Connectivity: '{.connectivityReady}',
      Hostname: '{.hostnameReady}',
      Etc: '{.etcFilesReady}',
    },
  },
  {
    type: 'Disks.block.talos.dev',
    namespace: 'runtime',
    columns: {
      Size: '{.pretty_size}',
      'Read Only': '{.readonly}',
      Transport: '{.transport}',
      Model: '{.model}',
      Serial: '{.serial}',
    },
  },
  { type: 'SystemDisks.block.talos.dev', namespace: 'runtime', columns: { Disk: '{.diskID}' } },
  {
    type: 'DiscoveredVolumes.block.talos.dev',
    namespace: 'runtime',
    columns: {
      Type: '{.type}',
      Size: '{.pretty_size}',
      Discovered: '{.name}',
      Label: '{.label}',
      PartitionLabel: '{.partition_label}',
    },
  },
  {
    type: 'VolumeStatuses.block.talos.dev',
    namespace: 'runtime',
    columns: { Type: '{.type}', Phase: '{.phase}', Location: '{.location}', Size: '{.prettySize}' },
  },
  {
    type: 'Members.cluster.talos.dev',
    namespace: 'cluster',
    columns: {
      Hostname: '{.hostname}',
      'Machine Type': '{.machineType}',
      OS: '{.operatingSystem}',
      Addresses: '{.addresses}',
    },
  },
  { type: 'Identities.cluster.talos.dev', namespace: 'cluster', columns: { ID: '{.nodeId}' } },
  {
    type: 'Infos.cluster.talos.dev',
    namespace: 'cluster',
    columns: { 'Cluster ID': '{.clusterId}', 'Cluster Name': '{.clusterName}' },
  },
  { type: 'EtcdMembers.etcd.talos.dev', namespace: 'etcd', columns: { 'Member ID': '{.memberID}' } },
  {
    type: 'ExtensionStatuses.runtime.talos.dev',
    namespace: 'runtime',
    aliases: ['extensions'],
    columns: { Name: '{.metadata.name}', Version: '{.metadata.version}' },
  },
  { type: 'UnattendedInstallStatuses.runtime.talos.dev', namespace: 'runtime' },
  { type: 'Diagnostics.runtime.talos.dev', namespace: 'runtime', columns: { Message: '{.message}' } },
  { type: 'StaticPodStatuses.kubernetes.talos.dev', namespace: 'k8s', columns: { Ready: '{.status.phase}' } },
]

/** Types whose specs hold secrets: only an administrator may read them. */
export const sensitiveTypes: ReadonlySet<string> = new Set(
  definitions.filter(({ sensitive }) => sensitive).map(({ type }) => type),
)

export const knownTypes: ReadonlySet<string> = new Set(definitions.map(({ type }) => type))

/** The definitions as resources of their own: `talosctl get` resolves names through them. */
export const resourceDefinitions: readonly ResourceEntry[] = [
  ...definitions.map(definitionResource),
  ...[...new Set(definitions.map(({ namespace }) => namespace))].map((namespace) => ({
    namespace: 'meta',
    type: 'Namespaces.meta.cosi.dev',
    id: namespace,
    spec: { description: '' },
  })),
]

/** A definition filled in as COSI does it: names and short forms that `talosctl get` understands. */
function definitionResource({
  type,
  namespace,
  aliases = [],
  columns = {},
  sensitive,
}: Definition): ResourceEntry {
  const [plural = '', ...suffix] = type.split('.')
  const singular = singularOf(plural)
  const capitals = plural.replaceAll(/[^A-Z]/g, '')
  const short = capitals.toLowerCase()
  const shorts = capitals.length < 2 ? [] : capitals.endsWith('S') ? [short] : [short, `${short}s`]
  const ownAliases = [...aliases, singular.toLowerCase(), ...shorts]
  const longer = suffix
    .slice(0, -1)
    .map((_, index) => [plural.toLowerCase(), ...suffix.slice(0, index + 1)].join('.'))
  const allAliases = [plural.toLowerCase(), ...longer, ...ownAliases]
  const printColumns = Object.entries(columns).map(([name, jsonPath]) => ({ name, jsonPath }))
  return {
    namespace: 'meta',
    type: 'ResourceDefinitions.meta.cosi.dev',
    id: type.toLowerCase(),
    spec: {
      type,
      displayType: singular,
      defaultNamespace: namespace,
      aliases: ownAliases,
      allAliases,
      printColumns,
      ...(sensitive && { sensitivity: 'sensitive' }),
    },
    // cosi.resource.meta.ResourceDefinitionSpec (COSI specification of May 2026).
    proto: protoFields([
      [1, type],
      [2, singular],
      [3, namespace],
      ...ownAliases.map((alias): ProtoField => [4, alias]),
      ...allAliases.map((alias): ProtoField => [5, alias]),
      ...printColumns.map(
        ({ name, jsonPath }): ProtoField => [
          6,
          protoFields([
            [1, name],
            [2, jsonPath],
          ]),
        ],
      ),
      ...(sensitive ? [[7, 1] satisfies ProtoField] : []),
    ]),
  }
}

function singularOf(plural: string): string {
  if (plural.endsWith('ities')) return `${plural.slice(0, -3)}y`
  return plural.endsWith('sses') || plural.endsWith('uses') ? plural.slice(0, -2) : plural.replace(/s$/, '')
}
