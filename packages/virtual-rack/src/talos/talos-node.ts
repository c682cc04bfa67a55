import type { Partition } from '@homerack/flasher'
import type { BoardConsole } from '../board/console.ts'
import type { KubernetesClusters } from '../cluster/kubernetes-clusters.ts'
import type { TalosDisk } from '../disk/talos-disk.ts'
import type { EtcdClusters } from '../etcd/etcd-clusters.ts'
import type { RackContext } from '../rack/rack-context.ts'
import type { BoardSpec } from '../rack/rack-spec.ts'
import { createEventLog, type EventLog } from './event-log.ts'
import type { MachineConfig } from './machine-config.ts'
import type { NodeControl } from './node-control.ts'
import { unmetConditions } from './resources/describe-machine.ts'
import { describeResources } from './resources/describe-resources.ts'
import { createResourceStore, type ResourceStore } from './resources/resource-store.ts'
import type { Services } from './service-table.ts'

/** Talos' machine stages, by their names in the API. */
export type MachineStage =
  | 'booting'
  | 'installing'
  | 'maintenance'
  | 'running'
  | 'rebooting'
  | 'shutting down'
  | 'resetting'
  | 'upgrading'

export type NodeImage = {
  name: string
  digest: string
  size: number
  created: Date
  namespace: 'system' | 'cri'
}

/** What a node is right now. Replaced as a whole, never changed in place. */
export type NodeState = {
  readonly stage: MachineStage
  readonly config: MachineConfig | undefined
  /** Its address in the rack's network. */
  readonly address: string
  readonly hostname: string
  readonly partitions: readonly Partition[]
  /** Volumes that could not be provisioned, with the reason. */
  readonly failedVolumes: readonly { label: string; cause: string }[]
  readonly services: Services
  /** Which member of which etcd cluster it is. */
  readonly etcd: { cluster: string; member: string } | undefined
  readonly nodeReady: boolean
  readonly images: readonly NodeImage[]
}

/** How a boot of Talos ends. */
export type TalosEnd = 'reboot' | 'shutdown'

/** What the nodes of a rack have in common: discovery, etcd, Kubernetes. */
export type TalosWorld = RackContext & {
  readonly etcd: EtcdClusters
  readonly kubernetes: KubernetesClusters
  /** Nodes that run, by board name. */
  readonly nodes: Map<string, TalosNode>
  /** Cuts a board's power; it comes back on its own. */
  readonly cutPower: (board: string) => void
}

/** A board that runs Talos, from its start to its end. */
export type TalosNode = {
  readonly board: BoardSpec
  readonly world: TalosWorld
  readonly disk: TalosDisk
  readonly diskPath: string
  readonly console: BoardConsole
  readonly control: NodeControl
  /** The Talos version on the disk, such as `v1.13.9`. */
  readonly version: string
  readonly bootId: string
  readonly bootTime: Date
  readonly resources: ResourceStore
  readonly events: EventLog
  /** Aborts when the power goes or this boot ends. */
  readonly signal: AbortSignal
  state(): NodeState
  update(change: Partial<NodeState>): void
  /** Brings the resources up to date with what happened elsewhere. */
  refresh(): void
  log(text: string): void
  clockInSync(): boolean
}

export type NodeParts = Pick<
  TalosNode,
  | 'board'
  | 'world'
  | 'disk'
  | 'diskPath'
  | 'console'
  | 'control'
  | 'version'
  | 'bootId'
  | 'bootTime'
  | 'signal'
>

export function createTalosNode(parts: NodeParts, initial: NodeState): TalosNode {
  let state = initial
  let last = ''
  const node: TalosNode = {
    ...parts,
    resources: createResourceStore(parts.world.now),
    events: createEventLog(parts.world.now),
    state: () => state,
    update(change) {
      const before = discoveryView(state)
      state = { ...state, ...change }
      if (discoveryView(state) === before) refreshSoon([node])
      else refreshAll(parts.world)
    },
    refresh() {
      node.resources.replace(describeResources(node))
      const status = { stage: state.stage, unmet: unmetConditions(node) }
      if (JSON.stringify(status) === last) return
      last = JSON.stringify(status)
      node.events.push({ kind: 'machine', status })
    },
    log: (text) => parts.console.write(`[talos] ${text}`),
    clockInSync: () => !parts.world.faults.has('clock-not-in-sync', parts.board.name),
  }
  return node
}

/** What other nodes learn about a node through discovery. */
function discoveryView({ config, address, hostname }: NodeState): string {
  return JSON.stringify([config?.cluster.id, config?.type, address, hostname])
}

/** Nodes see each other through discovery, so that what happens to one may show in all. */
export function refreshAll(world: Pick<TalosWorld, 'nodes'>): void {
  refreshSoon([...world.nodes.values()])
}

const stale = new Set<TalosNode>()

/** Changes made in one go are shown together. */
function refreshSoon(nodes: readonly TalosNode[]): void {
  if (stale.size === 0) {
    queueMicrotask(() => {
      const due = [...stale]
      stale.clear()
      for (const node of due) node.refresh()
    })
  }
  for (const node of nodes) stale.add(node)
}
