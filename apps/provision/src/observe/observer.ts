import type { Netboot } from '@homerack/flasher'
import type { Cluster } from '@homerack/k8s-deploy'
import type { RackNode } from '@homerack/rack'
import type { TalosClient } from '@homerack/talos'
import { type ServiceReader, serviceReader } from '../services/service-reader.ts'
import type { Reach } from '../site/site.ts'
import { createAccess } from './access.ts'
import { createLocator } from './locate-maintenance.ts'
import { observeKubernetes } from './observe-kubernetes.ts'
import { observeRunning } from './observe-running.ts'
import { observeServices } from './observe-services.ts'
import type { Maintenance, Observed, ObservedNode } from './observed.ts'

export type Observer = {
  /** What one node says now. */
  node(node: RackNode): Promise<ObservedNode>
  /** What every node, Kubernetes and every service say now. */
  all(): Promise<Observed>
  /** A client with administrator rights for a node that has its machine config. Shared: do not close it. */
  talos(node: RackNode): TalosClient
  /** The maintenance API where it was found, held to the certificate it showed then. The caller closes it. */
  maintenance(found: Maintenance): TalosClient
  kubernetes(): Promise<Cluster>
  /** Names of the nodes that Kubernetes calls Ready; undefined if its API does not answer. */
  readyNodes(signal: AbortSignal): Promise<readonly string[] | undefined>
  /** What a service declares. */
  declared: ServiceReader
  /** Reads what all services declare. @throws FaultError all that is wrong in it. */
  readServices(): Promise<void>
  close(): void
}

/** Looks at the rack: netboot for boards without a system, the Talos API, the Kubernetes API. Changes nothing. */
export function createObserver(site: Reach, netboot: Pick<Netboot, 'boards'>, signal: AbortSignal): Observer {
  const access = createAccess(site, signal)
  const locate = createLocator(site, signal)
  const declared = serviceReader(signal)

  const node = async (rackNode: RackNode): Promise<ObservedNode> => {
    const running = await observeRunning(site, access, rackNode)
    if (running) return running
    const waiting = await locate.maintenance(rackNode, knownAddresses(netboot, rackNode))
    if (waiting) return { kind: 'maintenance', ...waiting }
    return observeNetboot(netboot, rackNode)
  }

  const all = async (): Promise<Observed> => {
    const nodes = new Map(
      await Promise.all(site.rack.nodes.map(async (each) => [each.name, await node(each)] as const)),
    )
    const cluster = await access.kubernetes().catch(() => undefined)
    const kubernetes = cluster && (await observeKubernetes(cluster, signal))
    const services = await observeServices(kubernetes && cluster, site.rack.services, declared, signal)
    return { nodes, kubernetes, services }
  }
  const readyNodes = async (abort: AbortSignal) => {
    const cluster = await access.kubernetes().catch(() => undefined)
    return cluster && (await observeKubernetes(cluster, abort))?.ready
  }
  const readServices = async () => {
    await observeServices(undefined, site.rack.services, declared, signal)
  }
  return { ...access, node, all, readyNodes, declared, readServices }
}

/** An agent polls at least every 25 s, so one that was silent for longer than this is gone. */
const silentAfter = 60_000

function observeNetboot(netboot: Pick<Netboot, 'boards'>, node: RackNode): ObservedNode {
  const board = netboot.boards().find(({ serial }) => serial === node.serial)
  if (!board?.lastSeen || Date.now() - board.lastSeen > silentAfter) return { kind: 'unseen' }
  const { state, inventory } = board
  switch (state.kind) {
    case 'unseen':
      return { kind: 'unseen' }
    case 'flashed':
      return { kind: 'booting' }
    case 'failed':
      return { kind: 'refused', faults: [state.fault] }
    case 'working':
      return { kind: 'netbooting', inventory, flashing: state }
    case 'booting':
    case 'waiting':
      return {
        kind: 'netbooting',
        inventory: state.kind === 'waiting' ? inventory : undefined,
        flashing: undefined,
      }
  }
}

function knownAddresses(netboot: Pick<Netboot, 'boards'>, node: RackNode): string[] {
  const board = netboot.boards().find(({ serial }) => serial === node.serial)
  return [node.address, ...(board?.address ? [board.address] : [])]
}
