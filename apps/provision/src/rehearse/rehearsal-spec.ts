import type { DiskPlan, Rack, RackNode } from '@homerack/rack'
import type { RackSpec } from '@homerack/virtual-rack'
import { hostsIn } from '../observe/hosts-in.ts'

/** Where the operator listens in a rehearsal: ports that need no privilege. */
const ports = { tftp: 6969, dhcp: 6767, http: 8069 }
/** Addresses that the virtual router leases. */
const leaseCount = 32
/** What a drive sold as 1 TB holds (IDEMA LBA1-03), in bytes. */
const oneTerabyte = 1_000_204_886_016

export type RehearsalSpecOptions = {
  readonly speed: number
  readonly faults: readonly string[]
  /** Adds a board that the file does not have. */
  readonly guest: boolean
}

/** The rack that plays what homerack.yaml describes: its boards, disks that fit, a router that leases elsewhere. */
export function rehearsalSpec(rack: Rack, { speed, faults, guest }: RehearsalSpecOptions): RackSpec {
  const { network, cluster } = rack
  const free = freeAddresses(rack)
  const operator = free.at(-1) ?? network.gateway
  const leases = free.slice(0, leaseCount)
  return {
    network: {
      cidr: network.cidr,
      gateway: network.gateway,
      leases: { from: leases[0] ?? network.gateway, to: leases.at(-1) ?? network.gateway },
    },
    operator: { address: operator, ...ports },
    netboot: network.netboot,
    vip: cluster.endpoint,
    boards: [...rack.nodes.map(board), ...(guest ? [guestBoard] : [])],
    speed,
    faults: [...faults],
  }
}

/** The longest run of host addresses that nothing in the file has. */
function freeAddresses(rack: Rack): string[] {
  const { network, cluster, nodes, hosts, appliances } = rack
  const taken = new Set([
    network.gateway,
    cluster.endpoint,
    ...[...nodes, ...hosts, ...appliances].map(({ address }) => address),
  ])
  const pool = network.loadBalancers
  let inPool = false
  let run: string[] = []
  let longest = run
  for (const address of hostsIn(network.cidr)) {
    if (address === pool?.from) inPool = true
    if (taken.has(address) || inPool) run = []
    else run.push(address)
    if (run.length > longest.length) longest = run
    if (address === pool?.to) inPool = false
  }
  return longest
}

const guestBoard: RackSpec['boards'][number] = {
  name: 'guest',
  serial: 'deadbeef',
  mac: '2c:cf:67:ff:ff:ff',
  slot: 1001,
  revision: 'e04171',
  memory: 16 * 2 ** 30,
  disk: { serial: 'GUEST', model: 'Virtual NVMe 1TB', size: oneTerabyte },
}

function board(node: RackNode): RackSpec['boards'][number] {
  const { name, serial, mac, slot, disk } = node
  return {
    name,
    serial,
    mac,
    slot,
    // Pi 5, 16 GB, D0 silicon.
    revision: 'e04171',
    memory: 16 * 2 ** 30,
    disk: {
      serial: disk.serial ?? `S6XNNS0W${String(100 + slot)}`,
      model: 'Virtual NVMe 1TB',
      size: diskSize(disk),
    },
  }
}

function diskSize({ size }: DiskPlan): number {
  const wanted = !size
    ? 0
    : 'exactly' in size
      ? size.exactly
      : 'atLeast' in size
        ? size.atLeast
        : size.between[0]
  const bytes = size && !('atLeast' in size) ? wanted : Math.max(wanted, oneTerabyte)
  return Math.ceil(bytes / 512) * 512
}
