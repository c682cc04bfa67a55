/** A network in CIDR notation: `192.168.10.0/24`. */
export type Cidr = string
export type Bytes = number
/** Two addresses and everything between them, both included. */
export type AddressRange = { readonly from: string; readonly to: string }

/** A rack, checked: everything that homerack.yaml says, with defaults filled in and paths made absolute. */
export type Rack = {
  readonly name: string
  /** Absolute path of the file it was read from. */
  readonly file: string
  readonly network: RackNetwork
  readonly cluster: Cluster
  readonly image: { readonly overlay: string; readonly extensions: readonly string[] }
  /** `file` is absolute. */
  readonly secrets: { readonly file: string; readonly recipients: readonly string[] }
  readonly nodes: readonly RackNode[]
  readonly hosts: readonly RackHost[]
  readonly appliances: readonly Appliance[]
  readonly services: readonly Service[]
}

export type RackNetwork = {
  readonly cidr: Cidr
  readonly gateway: string
  readonly dns: readonly string[]
  readonly ntp: readonly string[]
  readonly domain: string
  /** Addresses that services of type LoadBalancer receive. */
  readonly loadBalancers: AddressRange | undefined
  /** What the home router leases. Only checked against; homerack leases nothing from it. */
  readonly dhcpPool: AddressRange | undefined
  readonly netboot: 'tftp-address' | 'proxy-dhcp' | 'dhcp'
}

export type Cluster = {
  /** `v1.13.9` */
  readonly talos: string
  /** `v1.36.3` */
  readonly kubernetes: string
  /** The virtual address that the control planes share. */
  readonly endpoint: string
  readonly pods: Cidr
  readonly services: Cidr
  readonly cni: 'flannel' | 'none'
  readonly patches: readonly Patch[]
  readonly controlPlanePatches: readonly Patch[]
  readonly workerPatches: readonly Patch[]
  readonly registryMirrors: readonly RegistryMirror[]
  readonly kubespan: boolean
  readonly allowSchedulingOnControlPlanes: boolean
  readonly kernelModules: readonly string[]
  readonly sysctls: Readonly<Record<string, string>>
}

export type RegistryMirror = { readonly host: string; readonly endpoints: readonly string[] }

/** A Talos machine config patch: a file (absolute path) or the patch itself. */
export type Patch = { readonly file: string } | { readonly inline: unknown }

export type RackNode = {
  readonly name: string
  readonly slot: number
  readonly board: 'raspberry-pi-5'
  /** Eight lower-case hex digits. */
  readonly serial: string
  /** Lower-case, with colons. */
  readonly mac: string
  readonly address: string
  readonly role: 'controlplane' | 'worker'
  readonly disk: DiskPlan
  readonly labels: Readonly<Record<string, string>>
  /** Key to `value:Effect`. */
  readonly taints: Readonly<Record<string, string>>
  readonly patches: readonly Patch[]
}

/** At least one of `size` and `serial` is set: a disk that is not described is never touched. */
export type DiskPlan = {
  readonly size: SizeRule | undefined
  readonly serial: string | undefined
  /** Cap of Talos' EPHEMERAL volume. */
  readonly system: Bytes | undefined
  readonly volumes: readonly Volume[]
}

export type SizeRule =
  | { readonly atLeast: Bytes }
  | { readonly exactly: Bytes }
  | { readonly between: readonly [Bytes, Bytes] }

/** `user` is formatted and mounted at /var/mnt/<name>; `raw` is a partition without a file system. */
export type Volume = { readonly name: string; readonly size: Bytes | 'rest'; readonly kind: 'user' | 'raw' }

/** A NixOS machine beside the cluster. */
export type RackHost = {
  readonly name: string
  readonly address: string
  readonly configuration: string
  readonly does: readonly string[]
}

/** Named and reserved, not managed. */
export type Appliance = {
  readonly name: string
  readonly kind: 'synology' | 'kodi' | 'home-assistant-os' | 'other'
  readonly address: string
  readonly exports: readonly ApplianceExport[]
  readonly plays: readonly string[]
}

export type ApplianceExport = {
  readonly name: string
  readonly nfs: string
  readonly size: Bytes | undefined
}

export type Service = {
  readonly name: string
  /** Absolute path of what it consists of: a folder of manifests, a kustomization, a chart, or a module. */
  readonly manifests: string
  /** Values of the chart, or what the module is given. */
  readonly values: Readonly<Record<string, unknown>>
  readonly available: 'always' | 'usual'
  readonly radio: { readonly node: string; readonly device: string } | undefined
  /** Services that must be ready first. */
  readonly after: readonly string[]
}
