import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EtcdCluster } from '../etcd/etcd-cluster.ts'
import type { Kubernetes } from '../kubernetes/index.ts'
import { readJson, writeJson } from '../rack/json-file.ts'
import type { RackContext } from '../rack/rack-context.ts'
import type { MachineConfig } from '../talos/machine-config.ts'
import type { TalosNode } from '../talos/talos-node.ts'
import { whenFree } from '../talos/when-free.ts'
import { apiCertificate } from './api-certificate.ts'
import { nodeRegistration } from './node-registration.ts'
import { type Listener, type SharedAddress, sharedAddress } from './shared-address.ts'

const kubernetesPort = 6443

/** How long a node is missed before Kubernetes calls it not ready, at speed 1; a real one waits 40 s. */
const graceMs = 2000

/** Talos gives a drain five minutes; a rack is not as patient. */
const drainMs = 60_000
const evictAgainMs = 100

/** Kubernetes on top of one etcd cluster: an API server on each of its control planes and one behind the VIP. */
export type KubernetesCluster = {
  readonly vip: string | undefined
  controlPlaneUp(node: TalosNode): Promise<void>
  controlPlaneDown(node: TalosNode): Promise<void>
  register(node: TalosNode): void
  /** A node that becomes ready is uncordoned if Talos had cordoned it. */
  setReady(node: TalosNode, ready: boolean): void
  /**
   * Cordons the node and evicts its pods, as disruption budgets allow it.
   * @throws Error if they do not in time
   */
  drain(node: TalosNode): Promise<void>
  /** Does what etcd's state asks for: writes only with quorum and space, and the VIP only with quorum. */
  follow(): Promise<void>
  /** The board that holds the VIP: the etcd leader's. */
  vipHolder(): string | undefined
  /** Everything that is in etcd. */
  snapshot(): unknown
  close(): Promise<void>
}

type Origin = { node: TalosNode; etcd: EtcdCluster; folder: string }

/** Starts the Kubernetes of an etcd cluster with the config of the control plane that comes up first. */
export async function startKubernetesCluster(
  context: RackContext,
  origin: Origin,
): Promise<KubernetesCluster> {
  const config = configOf(origin.node)
  const api = await startApi(context, config, origin.folder)
  const listen = async (each: MachineConfig, address: string): Promise<Listener> => {
    const { crt, key } = await apiCertificate(context, each, address)
    return api.listen({ host: context.loopback(address), port: kubernetesPort, tls: { cert: crt, key } })
  }
  const vip = sharedAddress(config.vip, (address) => listen(config, address), origin.node.log)
  return clusterOf({ api, etcd: origin.etcd, vip, listen, grace: graceMs * context.spec.speed })
}

/** Where a cluster's folder keeps what Kubernetes has in etcd. */
export function kubernetesFile(folder: string): string {
  return join(folder, 'kubernetes.json')
}

async function startApi(context: RackContext, config: MachineConfig, folder: string): Promise<Kubernetes> {
  const { createKubernetes } = await import('../kubernetes/index.ts')
  const file = kubernetesFile(folder)
  const { kubernetesCa, serviceAccountKey, name } = config.cluster
  return createKubernetes({
    ca: { crt: kubernetesCa?.crt ?? '' },
    ...(serviceAccountKey && { serviceAccountKey }),
    state: { load: () => readJson(file), save: (value: unknown) => writeJson(file, value) },
    clusterName: name,
    version: config.kubelet.version,
    speed: context.spec.speed,
  })
}

type Parts = {
  api: Kubernetes
  etcd: EtcdCluster
  vip: SharedAddress
  listen: (config: MachineConfig, address: string) => Promise<Listener>
  grace: number
}

function clusterOf({ api, etcd, vip, listen, grace }: Parts): KubernetesCluster {
  const servers = new Map<string, { listener: Listener; member: string | undefined }>()
  const missed = new Map<string, NodeJS.Timeout>()
  const follow = async () => {
    const quorum = etcd.hasQuorum()
    api.setEtcd(quorum ? (etcd.alarms().length > 0 ? 'full' : 'up') : 'down')
    await vip.follow(quorum && servers.size > 0)
  }
  return {
    vip: vip.address,
    follow,
    async controlPlaneUp(node) {
      const { address, etcd: own } = node.state()
      const listener = await whenFree(node, kubernetesPort, () => listen(configOf(node), address))
      servers.set(node.board.name, { listener, member: own?.member })
      await follow()
    },
    async controlPlaneDown(node) {
      const server = servers.get(node.board.name)
      servers.delete(node.board.name)
      await server?.listener.close()
      await follow()
    },
    register(node) {
      const config = configOf(node)
      api.addNode(nodeRegistration(node, config))
      const version = config.components['kube-apiserver']?.split(':').at(-1)
      if (config.type === 'controlplane' && version) api.setVersion(version)
    },
    setReady(node, ready) {
      const { hostname } = node.state()
      clearTimeout(missed.get(hostname))
      if (ready) {
        api.setNodeReady(hostname, true)
        return api.uncordonNode(hostname)
      }
      missed.set(hostname, setTimeout(() => api.setNodeReady(hostname, false), grace).unref())
    },
    async drain(node) {
      const { hostname } = node.state()
      api.cordonNode(hostname)
      const deadline = Date.now() + drainMs
      for (let left = api.evictFrom(hostname); left.length > 0; left = api.evictFrom(hostname)) {
        if (Date.now() > deadline) throw new Error(`error draining node "${hostname}": ${left.join(', ')}`)
        await sleep(evictAgainMs, undefined, { signal: node.signal })
      }
    },
    vipHolder() {
      const leader = vip.answers() ? etcd.leader()?.id : undefined
      return leader && [...servers].find(([, { member }]) => member === leader)?.[0]
    },
    snapshot: () => api.snapshot(),
    async close() {
      for (const timer of missed.values()) clearTimeout(timer)
      await vip.follow(false)
      await api.close()
    },
  }
}

function configOf(node: TalosNode): MachineConfig {
  const { config } = node.state()
  if (!config) throw new TypeError(`${node.board.name} has no config`)
  return config
}
