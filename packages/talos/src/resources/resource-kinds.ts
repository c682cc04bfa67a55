import { type SecretText, secretText } from '../secret-text.ts'
import { flagAt, listAt, numberAt, type Spec, textAt, textsAt } from './spec-reader.ts'

/** Where resources of a kind live and how their spec reads. `id`: the only one there is. */
export type ResourceKind<T> = {
  readonly type: string
  readonly namespace: string
  readonly id?: string
  readonly read: (spec: Spec) => T
}

export type MachineStatus = {
  stage: string
  ready: boolean
  unmetConditions: { name: string; reason: string }[]
}
export type Member = {
  nodeId: string
  addresses: string[]
  hostname: string
  machineType: string
  operatingSystem: string
}
export type LinkStatus = {
  type: string
  kind: string
  hardwareAddr: string
  permanentAddr: string
  operationalState: string
  linkState: boolean
  /** Megabits a second; 0 if unknown. */
  speed: number
  driver: string
  busPath: string
}
export type Disk = {
  devPath: string
  /** Bytes, as every size here. */
  size: number
  sectorSize: number
  model: string
  serial: string
  wwid: string
  transport: string
  busPath: string
  readonly: boolean
  symlinks: string[]
}
export type DiscoveredVolume = {
  devPath: string
  type: string
  parent: string
  name: string
  label: string
  size: number
  offset: number
  partitionLabel: string
  partitionIndex: number
}
export type VolumeStatus = {
  phase: string
  type: string
  location: string
  size: number
  filesystem: string
  errorMessage: string
}
export type ExtensionStatus = {
  image: string
  name: string
  version: string
  author: string
  description: string
}
export type UnattendedInstallStatus = { image: string; phase: string; error: string }

const kind = <T>(type: string, namespace: string, read: (spec: Spec) => T, id?: string): ResourceKind<T> => ({
  type,
  namespace,
  read,
  ...(id && { id }),
})

/** The resources of Talos 1.13 and 1.14 that homerack reads. `MachineConfig` needs role os:admin. */
export const resourceKinds = {
  MachineStatus: kind('MachineStatuses.runtime.talos.dev', 'runtime', readMachineStatus, 'machine'),
  Member: kind('Members.cluster.talos.dev', 'cluster', readMember),
  HostnameStatus: kind(
    'HostnameStatuses.net.talos.dev',
    'network',
    (spec) => ({ hostname: textAt(spec, 'hostname'), domainname: textAt(spec, 'domainname') }),
    'hostname',
  ),
  LinkStatus: kind('LinkStatuses.net.talos.dev', 'network', readLinkStatus),
  AddressStatus: kind('AddressStatuses.net.talos.dev', 'network', (spec) => ({
    address: textAt(spec, 'address'),
    linkName: textAt(spec, 'linkName'),
    family: textAt(spec, 'family'),
    scope: textAt(spec, 'scope'),
  })),
  Disk: kind('Disks.block.talos.dev', 'runtime', readDisk),
  DiscoveredVolume: kind('DiscoveredVolumes.block.talos.dev', 'runtime', readDiscoveredVolume),
  VolumeStatus: kind('VolumeStatuses.block.talos.dev', 'runtime', readVolumeStatus),
  SystemDisk: kind(
    'SystemDisks.block.talos.dev',
    'runtime',
    (spec) => ({ diskId: textAt(spec, 'diskID'), devPath: textAt(spec, 'devPath') }),
    'system-disk',
  ),
  Service: kind('Services.v1alpha1.talos.dev', 'runtime', (spec) => ({
    running: flagAt(spec, 'running'),
    healthy: flagAt(spec, 'healthy'),
    unknown: flagAt(spec, 'unknown'),
  })),
  ExtensionStatus: kind('ExtensionStatuses.runtime.talos.dev', 'runtime', readExtensionStatus),
  UnattendedInstallStatus: kind(
    'UnattendedInstallStatuses.runtime.talos.dev',
    'runtime',
    (spec): UnattendedInstallStatus => ({
      image: textAt(spec, 'image'),
      phase: textAt(spec, 'phase'),
      error: textAt(spec, 'error'),
    }),
    'unattended-install',
  ),
  Diagnostic: kind('Diagnostics.runtime.talos.dev', 'runtime', (spec) => ({
    message: textAt(spec, 'message'),
    details: textsAt(spec, 'details'),
  })),
  /** The spec is the config's text, which holds secrets. */
  MachineConfig: kind('MachineConfigs.config.talos.dev', 'config', readMachineConfig, 'v1alpha1'),
} as const

function readMachineStatus(spec: Spec): MachineStatus {
  const unmetConditions = listAt(spec, 'status', 'unmetConditions').map((each) => ({
    name: textAt(each, 'name'),
    reason: textAt(each, 'reason'),
  }))
  return { stage: textAt(spec, 'stage'), ready: flagAt(spec, 'status', 'ready'), unmetConditions }
}

function readMember(spec: Spec): Member {
  return {
    nodeId: textAt(spec, 'nodeId'),
    addresses: textsAt(spec, 'addresses'),
    hostname: textAt(spec, 'hostname'),
    machineType: textAt(spec, 'machineType'),
    operatingSystem: textAt(spec, 'operatingSystem'),
  }
}

function readLinkStatus(spec: Spec): LinkStatus {
  return {
    type: textAt(spec, 'type'),
    kind: textAt(spec, 'kind'),
    hardwareAddr: textAt(spec, 'hardwareAddr'),
    permanentAddr: textAt(spec, 'permanentAddr'),
    operationalState: textAt(spec, 'operationalState'),
    linkState: flagAt(spec, 'linkState'),
    speed: numberAt(spec, 'speedMbit'),
    driver: textAt(spec, 'driver'),
    busPath: textAt(spec, 'busPath'),
  }
}

function readDisk(spec: Spec): Disk {
  return {
    devPath: textAt(spec, 'dev_path'),
    size: numberAt(spec, 'size'),
    sectorSize: numberAt(spec, 'sector_size'),
    model: textAt(spec, 'model'),
    serial: textAt(spec, 'serial'),
    wwid: textAt(spec, 'wwid'),
    transport: textAt(spec, 'transport'),
    busPath: textAt(spec, 'bus_path'),
    readonly: flagAt(spec, 'readonly'),
    symlinks: textsAt(spec, 'symlinks'),
  }
}

function readDiscoveredVolume(spec: Spec): DiscoveredVolume {
  return {
    devPath: textAt(spec, 'dev_path'),
    type: textAt(spec, 'type'),
    parent: textAt(spec, 'parent'),
    name: textAt(spec, 'name'),
    label: textAt(spec, 'label'),
    size: numberAt(spec, 'size'),
    offset: numberAt(spec, 'offset'),
    partitionLabel: textAt(spec, 'partition_label'),
    partitionIndex: numberAt(spec, 'partition_index'),
  }
}

function readVolumeStatus(spec: Spec): VolumeStatus {
  return {
    phase: textAt(spec, 'phase'),
    type: textAt(spec, 'type'),
    location: textAt(spec, 'location'),
    size: numberAt(spec, 'size'),
    filesystem: textAt(spec, 'filesystem'),
    errorMessage: textAt(spec, 'errorMessage'),
  }
}

function readExtensionStatus(spec: Spec): ExtensionStatus {
  return {
    image: textAt(spec, 'image'),
    name: textAt(spec, 'metadata', 'name'),
    version: textAt(spec, 'metadata', 'version'),
    author: textAt(spec, 'metadata', 'author'),
    description: textAt(spec, 'metadata', 'description'),
  }
}

function readMachineConfig(spec: Spec): SecretText {
  return secretText(typeof spec === 'string' ? spec : '')
}
