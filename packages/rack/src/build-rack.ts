import { dirname, resolve } from 'node:path'
import { mergeNodeDefaults } from './node-defaults.ts'
import type { AddressRange, Appliance, Cluster, DiskPlan, Patch, Rack, RackNode, Service } from './rack.ts'
import type { RackFile } from './schema/rack-file.ts'
import { talosVersion } from './talos-versions.ts'
import { formatAddress, parseRange } from './units/ipv4.ts'
import { parseSize, parseSizeRule } from './units/size.ts'

type Beside = (relative: string) => string
type ServiceMap = Exclude<RackFile['services'][number], string>

/** Turns a file without faults into a Rack. Pure: paths are resolved beside the file, not looked up. */
export function buildRack(written: RackFile, file: string): Rack {
  const { name, network, cluster, image, secrets, hosts, ...lists } = mergeNodeDefaults(written)
  const path = resolve(file)
  const beside: Beside = (relative) => resolve(dirname(path), relative)
  const nodes = lists.nodes.map((node) => buildNode(node, beside))
  return {
    name,
    file: path,
    network: {
      ...network,
      dns: network.dns ?? [network.gateway],
      loadBalancers: buildRange(network.loadBalancers),
      dhcpPool: buildRange(network.dhcpPool),
    },
    cluster: buildCluster(cluster, nodes, beside),
    image,
    secrets: { ...secrets, file: beside(secrets.file) },
    nodes,
    hosts,
    appliances: lists.appliances.map(buildAppliance),
    services: lists.services.map((service) => buildService(service, beside)),
  }
}

function buildCluster(cluster: RackFile['cluster'], nodes: readonly RackNode[], beside: Beside): Cluster {
  const scheduling = cluster.allowSchedulingOnControlPlanes
  return {
    ...cluster,
    kubernetes: cluster.kubernetes ?? known(talosVersion(cluster.talos)).defaultKubernetes,
    patches: buildPatches(cluster.patches, beside),
    controlPlanePatches: buildPatches(cluster.controlPlanePatches, beside),
    workerPatches: buildPatches(cluster.workerPatches, beside),
    allowSchedulingOnControlPlanes: scheduling ?? nodes.every(({ role }) => role === 'controlplane'),
  }
}

function buildNode(node: RackFile['nodes'][number], beside: Beside): RackNode {
  return {
    name: node.name,
    slot: node.slot,
    board: node.board ?? 'raspberry-pi-5',
    serial: node.serial.toLowerCase(),
    mac: node.mac.toLowerCase().replaceAll('-', ':'),
    address: node.address,
    role: known(node.role),
    disk: buildDisk(known(node.disk)),
    labels: node.labels ?? {},
    taints: node.taints ?? {},
    patches: buildPatches(node.patches, beside),
  }
}

function buildDisk({
  size,
  serial,
  system,
  volumes,
}: NonNullable<RackFile['nodes'][number]['disk']>): DiskPlan {
  return {
    size: size === undefined ? undefined : known(parseSizeRule(size)),
    serial,
    system: buildSize(system),
    volumes: (volumes ?? []).map(({ name, size, kind }) => ({
      name,
      size: size === 'rest' ? size : known(parseSize(size)),
      kind,
    })),
  }
}

function buildAppliance({ exports, ...appliance }: RackFile['appliances'][number]): Appliance {
  return { ...appliance, exports: exports.map((one) => ({ ...one, size: buildSize(one.size) })) }
}

function buildService(service: RackFile['services'][number], beside: Beside): Service {
  const said: Partial<ServiceMap> & { name: string } =
    typeof service === 'string' ? { name: service } : service
  return {
    name: said.name,
    manifests: beside(manifestsOf(said)),
    values: said.values ?? {},
    available: said.available ?? 'usual',
    radio: said.radio,
    after: said.after ?? [],
  }
}

/** What a service consists of as the file names it, relative to the file. */
export function manifestsOf({ name, manifests }: { name: string; manifests?: string | undefined }): string {
  return manifests ?? `services/${name}`
}

function buildPatches(patches: RackFile['cluster']['patches'], beside: Beside): readonly Patch[] {
  return patches.map((patch) => {
    const file = typeof patch === 'string' ? patch : patch.file
    return file === undefined ? { inline: (patch as { inline: unknown }).inline } : { file: beside(file) }
  })
}

function buildSize(text: string | undefined): number | undefined {
  return text === undefined ? undefined : known(parseSize(text))
}

function buildRange(text: string | undefined): AddressRange | undefined {
  if (text === undefined) return undefined
  const { first, last } = known(parseRange(text))
  return { from: formatAddress(first), to: formatAddress(last) }
}

/** The checks have seen to it that this is there. */
function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A rack with faults was built')
  return value
}
