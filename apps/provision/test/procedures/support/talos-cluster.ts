import { type Cluster, connectCluster } from '@homerack/k8s-deploy'
import {
  createTalosClient,
  type ProcedureEvent,
  type ProcedureNode,
  type ProcedureOptions,
  type TalosClient,
} from '@homerack/talos'
import { resolveThrough } from '@homerack/virtual-rack'
import { rackSpec } from '../../../../../packages/virtual-rack/test/fixtures/rack-spec.ts'
import {
  type RunningRack,
  startRunningRack,
} from '../../../../../packages/virtual-rack/test/fixtures/running-rack.ts'
import { until } from '../../../../../packages/virtual-rack/test/fixtures/until.ts'
import { kubernetesPort } from '../../../src/kubernetes/kubernetes-port.ts'

export type TalosCluster = {
  rack: RunningRack
  /** The control planes pi-1 to pi-3, which run. */
  nodes: (ProcedureNode & { client: TalosClient })[]
  /** A control plane that a board will be: 192.168.10.54 for pi-4. */
  nodeOf(name: string): ProcedureNode & { client: TalosClient }
  /** A board's own API in maintenance mode. */
  maintenance(name: string): Promise<TalosClient>
  kubernetes: Cluster
  /** What every procedure is given: the real port, and times for a rack that waits for nothing. */
  tools: ProcedureOptions & { nodes: ProcedureNode[]; kubernetes: ReturnType<typeof kubernetesPort> }
  resolve(address: string): string
  close(): Promise<void>
}

/** Three control planes of a virtual rack, and more boards that wait in maintenance mode. */
export async function startTalosCluster(boards = 3): Promise<TalosCluster> {
  const rack = await startRunningRack(rackSpec(boards))
  const resolve = resolveThrough(await rack.client.status())
  const { os, admin } = rack.secrets
  const credentials = { ca: os.crt, crt: admin.crt, key: { reveal: () => admin.key } }
  const clients: TalosClient[] = []
  const keep = (client: TalosClient) => {
    clients.push(client)
    return client
  }
  const nodeOf = (name: string) => {
    const client = keep(createTalosClient({ address: addressOf(name), resolve, credentials }))
    return { name, role: 'controlplane' as const, client }
  }
  const nodes = ['pi-1', 'pi-2', 'pi-3'].map(nodeOf)
  const [first] = nodes as [(typeof nodes)[number]]
  for (const { name } of nodes) await rack.configure({ name, address: addressOf(name) })
  await until('the bootstrap', async () => {
    await first.client.bootstrap()
    return true
  })
  for (const { name } of nodes) await isRunning(rack, name)
  const kubeconfig = await first.client.kubeconfig()
  const kubernetes = await connectCluster({ kubeconfig, resolve })
  const patience = { pauseMs: 50, waitMs: 60_000, rebootMs: 60_000, drainMs: 60_000 }
  return {
    rack,
    nodes,
    nodeOf,
    maintenance: async (name) => {
      const { address = '' } = await rack.reaches(name, 'maintenance')
      return keep(createTalosClient({ address, resolve, credentials: { maintenance: {} } }))
    },
    kubernetes,
    tools: { ...patience, nodes, kubernetes: kubernetesPort(kubernetes) },
    resolve,
    async close() {
      kubernetes.close()
      for (const client of clients) client.close()
      await rack.stop()
    },
  }
}

export function addressOf(name: string): string {
  return `192.168.10.5${name.slice(-1)}`
}

/** Waits until a node has nothing more to wait for. */
export async function isRunning(rack: RunningRack, name: string): Promise<void> {
  await until(`${name} running`, async () => / running$/.test((await rack.board(name)).detail) && name)
}

/** The steps of a procedure as they began: `pi-1 reboot`. */
export async function stepsOf(events: AsyncIterable<ProcedureEvent>, told: string[] = []): Promise<string[]> {
  for await (const { type, node, action } of events) if (type === 'step') told.push(`${node} ${action}`)
  return told
}
