import { type Clock, systemClock, timestamp } from './clock.ts'
import { createCluster } from './controllers/cluster.ts'
import { type ControllerFault, runControllers } from './controllers/controller.ts'
import { cronJobs } from './controllers/cron-jobs.ts'
import { customResources, serveEstablished } from './controllers/custom-resources.ts'
import { daemonSets } from './controllers/daemon-sets.ts'
import { databaseClusters } from './controllers/database-clusters.ts'
import { deployments } from './controllers/deployments.ts'
import { disruptionBudgets } from './controllers/disruption-budgets.ts'
import { endpoints } from './controllers/endpoints.ts'
import { garbage } from './controllers/garbage.ts'
import { jobs } from './controllers/jobs.ts'
import { kubelet } from './controllers/kubelet.ts'
import { namespaces } from './controllers/namespaces.ts'
import { nodes } from './controllers/nodes.ts'
import { replicaSets } from './controllers/replica-sets.ts'
import { scheduler } from './controllers/scheduler.ts'
import { statefulSets } from './controllers/stateful-sets.ts'
import { volumes } from './controllers/volumes.ts'
import type { Context } from './http/context.ts'
import { type ListenOptions, listen } from './http/server.ts'
import { createRegistry } from './registry/registry.ts'
import { createDrain } from './seed/drain.ts'
import type { NodeOptions } from './seed/node-object.ts'
import { createNodes } from './seed/nodes.ts'
import { systemObjects } from './seed/system-objects.ts'
import { type EtcdState, withinSpace } from './storage/etcd-state.ts'
import { loadState, persist, type StatePort } from './storage/persistence.ts'
import { createStore, type StoreState } from './storage/store.ts'
import { createCatalogue } from './types/catalogue.ts'

export type KubernetesOptions = {
  /** The cluster's CA (PEM). Clients show certificates that it signed; `key` is not needed to check them. */
  ca: { crt: string; key?: string | { reveal(): string } }
  /** Kept for callers that have one; tokens are not served. */
  serviceAccountKey?: string | { reveal(): string }
  state: StatePort
  clusterName: string
  /** The Kubernetes version that is played, for example `v1.36.3`. */
  version: string
  /** Scales every delay: 1 is lifelike (some 300 ms per step of a pod), 0 is none. */
  speed: number
  clock?: Clock
  /** Hears of controllers and saves that failed in a way they should not. */
  onFault?: (fault: ControllerFault) => void
}

export type Kubernetes = {
  readonly clusterName: string
  /** Registers a node, as its kubelet does when it starts; a node that is known becomes ready again. */
  addNode(options: NodeOptions): void
  setNodeReady(name: string, ready: boolean): void
  removeNode(name: string): void
  /** Marks a node unschedulable, as Talos does it. */
  cordonNode(name: string): void
  /** Undoes that; a node that somebody else cordoned stays as it is. */
  uncordonNode(name: string): void
  /** Evicts the pods of a node as far as disruption budgets let it now. Returns those that are still there. */
  evictFrom(name: string): string[]
  /** Serves the API on an address. `port` 0 takes a free one; the answer says which. */
  listen(options: ListenOptions): Promise<{ port: number; close(): Promise<void> }>
  /** Only while etcd is up things move and nodes are heard of. While it is down every request is answered 503. */
  setEtcd(state: EtcdState): void
  /** The version that the API server says it is, after an upgrade. */
  setVersion(version: string): void
  /** Forgets the history of changes, so that watches from older versions are told 410. */
  compact(): void
  snapshot(): StoreState
  /** Stops everything and saves the state. */
  close(): Promise<void>
}

/**
 * A Kubernetes API with the controllers that make workloads ready, in one process and without containers. What was
 * saved through `state` is there again. Behaviour follows Kubernetes 1.36 as far as kubectl and homerack look.
 */
export async function createKubernetes(options: KubernetesOptions): Promise<Kubernetes> {
  const { ca, state, version, speed, clock = systemClock, onFault = () => {} } = options
  const saved = await loadState(state)
  let etcd: EtcdState = 'up'
  let served = version
  const store = withinSpace(createStore(saved), () => etcd)
  const catalogue = createCatalogue()
  serveEstablished(catalogue, store.list('customresourcedefinitions.apiextensions.k8s.io'))
  const registry = createRegistry(store, clock)
  const cluster = createCluster(store, registry, catalogue, clock, speed)
  const persistence = persist(store, state, clock, (error) =>
    onFault({ controller: 'persistence', key: '', message: String(error) }),
  )
  if (!saved) {
    for (const [key, { apiVersion: _, kind: __, metadata, ...content }] of systemObjects(version)) {
      cluster.create(key, metadata, content)
    }
  }
  const up = () => etcd === 'up'
  const controllers = [
    customResources(cluster),
    namespaces(cluster, ca.crt),
    garbage(cluster),
    deployments(cluster),
    replicaSets(cluster),
    statefulSets(cluster),
    daemonSets(cluster),
    jobs(cluster),
    cronJobs(cluster),
    volumes(cluster),
    scheduler(cluster),
    kubelet(cluster),
    nodes(cluster),
    endpoints(cluster),
    disruptionBudgets(cluster),
    databaseClusters(cluster),
  ]
  const running = runControllers(store, clock, controllers, up, onFault)
  const context: Context = { store, registry, catalogue, clock, version: () => served, etcd: () => etcd }
  const listeners = new Set<{ close(): Promise<void> }>()
  const nodeCommands = createNodes(cluster, version, () => timestamp(clock))
  const drain = createDrain(cluster, registry)
  let waiting: (() => void)[] = []
  const whenUp = (command: () => void) => {
    if (up()) command()
    else waiting.push(command)
  }

  return {
    clusterName: options.clusterName,
    addNode: (node) => whenUp(() => nodeCommands.addNode(node)),
    setNodeReady: (name, ready) => whenUp(() => nodeCommands.setNodeReady(name, ready)),
    removeNode: (name) => whenUp(() => nodeCommands.removeNode(name)),
    cordonNode: (name) => whenUp(() => drain.cordonNode(name)),
    uncordonNode: (name) => whenUp(() => drain.uncordonNode(name)),
    evictFrom: (name) => (up() ? drain.evictFrom(name) : [`etcd is ${etcd}`]),
    async listen(where) {
      const listener = await listen(context, ca.crt, where)
      listeners.add(listener)
      const close = async () => {
        listeners.delete(listener)
        await listener.close()
      }
      return { port: listener.port, close }
    },
    setEtcd(state) {
      etcd = state
      if (!up()) return
      for (const command of waiting) command()
      waiting = []
      running.wake()
    },
    setVersion: (next) => {
      served = next
    },
    compact: () => store.compact(),
    snapshot: () => structuredClone(store.export()),
    async close() {
      running.close()
      await Promise.all([...listeners].map((listener) => listener.close()))
      await persistence.close()
    },
  }
}
