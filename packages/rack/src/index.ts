export { rackJsonSchema } from './json-schema.ts'
export { type ParsedRack, parseRack } from './parse-rack.ts'
export type {
  AddressRange,
  Appliance,
  ApplianceExport,
  Bytes,
  Cidr,
  Cluster,
  DiskPlan,
  Patch,
  Rack,
  RackHost,
  RackNetwork,
  RackNode,
  RegistryMirror,
  Service,
  SizeRule,
  Volume,
} from './rack.ts'
export { readRack } from './read-rack.ts'
export { minorOf, type TalosVersion, talosVersion, talosVersions } from './talos-versions.ts'
export { formatAddress, parseAddress } from './units/ipv4.ts'
export { formatSize, parseSize } from './units/size.ts'
