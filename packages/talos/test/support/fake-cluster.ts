import { Code } from '@connectrpc/connect'
import { FaultError } from '@homerack/errors'
import { stringify } from 'yaml'
import {
  createTalosClient,
  type KubernetesNode,
  type KubernetesPort,
  type ProcedureNode,
} from '../../src/index.ts'
import { type FakeNode, newPki, type Pki, refuse, type Services, secured } from './fake-node.ts'

type Member = { id: bigint; hostname: string; isLearner: boolean }

/** What a node of the fake cluster is; a test changes it to say what is different. */
export type NodeState = {
  name: string
  hostname: string
  role: 'controlplane' | 'worker'
  id: bigint
  talos: string
  boots: number
  /** It was told to reboot, and still answers once. */
  leaving: boolean
  /** `Running`, `Preparing`; a fake etcd is healthy while it runs. */
  etcd: string
  leader: boolean
  alarm: number
  errors: string[]
  /** Calls that are refused before the node is back from a reboot. */
  away: number
  off: boolean
  config: string
  /** The config that the running pods were made from; one look behind. */
  podConfig: string
  /** Tag that the installer left for the next boot, and the exit code that it ends with. */
  installed: string | undefined
  exitCode: number
  /** The new system does not boot, and the boot loader goes back. */
  reverts: boolean
  images: { name: string; digest: string }[]
  resets: { graceful: boolean; reboot: boolean; partitions: string[] }[]
  applied: string[]
  bootstraps: unknown[]
  recovered: number
  imported: number
  stuck: boolean
}

/** `stale`: what is still said about a node that has just rebooted, once. */
type FakeKubernetes = KubernetesPort & {
  log: string[]
  nodes: Map<string, KubernetesNode>
  stale: Map<string, KubernetesNode>
}

export type FakeCluster = {
  nodes: ProcedureNode[]
  states: NodeState[]
  members: Member[]
  kubernetes: FakeKubernetes
  drain: (name: string, signal: AbortSignal) => AsyncIterable<string>
  pki: Pki
  node(name: string): NodeState
  close(): Promise<void>
}

const machineConfig = (version: string) =>
  stringify({
    machine: { kubelet: { image: `registry.test/kubelet:${version}` } },
    cluster: {
      apiServer: { image: `registry.test/kube-apiserver:${version}` },
      controllerManager: { image: `registry.test/kube-controller-manager:${version}` },
      scheduler: { image: `registry.test/kube-scheduler:${version}` },
    },
  })

/** Nodes `pi-1` … over real TLS, and a Kubernetes of a few maps. Kubernetes is at v1.36.3, Talos at v1.13.9. */
export async function fakeCluster(controlPlanes: number, workers = 0): Promise<FakeCluster> {
  const pki = await newPki()
  const states = Array.from({ length: controlPlanes + workers }, (_, index): NodeState => {
    const name = `pi-${index + 1}`
    return {
      name,
      hostname: name,
      role: index < controlPlanes ? 'controlplane' : 'worker',
      id: BigInt(index + 1),
      talos: 'v1.13.9',
      boots: 1,
      leaving: false,
      etcd: 'Running',
      leader: index === 0,
      alarm: 0,
      errors: [],
      away: 0,
      off: false,
      config: machineConfig('v1.36.3'),
      podConfig: machineConfig('v1.36.3'),
      installed: undefined,
      exitCode: 0,
      reverts: false,
      images: [],
      resets: [],
      applied: [],
      bootstraps: [],
      recovered: 0,
      imported: 0,
      stuck: false,
    }
  })
  const voters = states.filter(({ role }) => role === 'controlplane')
  const cluster: FakeCluster = {
    nodes: [],
    states,
    members: voters.map(({ id, name }) => ({ id, hostname: name, isLearner: false })),
    kubernetes: fakeKubernetes(states, () => cluster.drain),
    drain: async function* () {},
    pki,
    node: (name) => stateOf(states, name),
    close: async () => {
      for (const each of open) await each.close()
    },
  }
  const open: { close(): unknown }[] = []
  for (const [index, state] of states.entries()) {
    const ip = `192.168.10.5${index + 1}`
    const server: FakeNode = await secured(pki, servicesOf(state, cluster), { ip })
    const client = createTalosClient({ ...server.target, address: ip, credentials: pki.credentials })
    cluster.nodes.push({ name: state.name, role: state.role, client })
    open.push(client, server)
  }
  return cluster
}

function stateOf(states: NodeState[], name: string): NodeState {
  const state = states.find((each) => each.name === name)
  if (!state) throw new Error(`no node ${name}`)
  return state
}

function servicesOf(state: NodeState, cluster: FakeCluster): Services {
  /** A node that is off or still boots answers nothing. */
  const here = () => {
    if (state.off) refuse(Code.FailedPrecondition, `${state.name} is off`)
    if (state.away > 0) {
      state.away--
      refuse(Code.FailedPrecondition, `${state.name} is booting`)
    }
  }
  const messages = <T>(message: T) => {
    here()
    return { messages: [message] }
  }
  const etcd = () => state.role === 'controlplane' && state.etcd === 'Running'
  return {
    machine: {
      hostname: () => messages({ hostname: state.hostname }),
      version: () => messages({ version: { tag: state.talos } }),
      serviceList: () => {
        const kubelet = { id: 'kubelet', state: 'Running', health: { healthy: true } }
        const own = { id: 'etcd', state: state.etcd, health: { healthy: etcd() } }
        return messages({ services: state.role === 'controlplane' ? [own, kubelet] : [kubelet] })
      },
      etcdMemberList: () => {
        if (!etcd()) refuse(Code.DeadlineExceeded, 'no etcd')
        return messages({ members: cluster.members })
      },
      etcdStatus: () => {
        if (!etcd()) refuse(Code.Unknown, 'no etcd')
        const leader = cluster.states.find((each) => each.leader)?.id ?? 0n
        const { isLearner } = cluster.members.find(({ id }) => id === state.id) ?? { isLearner: false }
        return messages({ memberStatus: { memberId: state.id, leader, isLearner, errors: state.errors } })
      },
      etcdAlarmList: () => messages({ memberAlarms: [{ memberId: state.id, alarm: state.alarm }] }),
      etcdRemoveMemberByID: ({ memberId }) => {
        cluster.members = cluster.members.filter(({ id }) => id !== memberId)
        return messages({})
      },
      read: async function* ({ path }) {
        here()
        if (path !== '/proc/sys/kernel/random/boot_id') refuse(Code.NotFound, path)
        yield { bytes: Buffer.from(`${bootIdOf(state)}\n`) }
        if (state.leaving) reboot(state, cluster)
      },
      reboot: () => {
        here()
        state.leaving = true
        return { messages: [{}] }
      },
      reset: ({ graceful, reboot: again, systemPartitionsToWipe }) => {
        const partitions = systemPartitionsToWipe.map(({ label }) => label)
        state.resets.push({ graceful, reboot: again, partitions })
        const answer = messages({})
        if (graceful) {
          cluster.members = cluster.members.filter(({ id }) => id !== state.id)
          state.off = true
        } else state.etcd = 'Preparing'
        return answer
      },
      applyConfiguration: ({ data, mode }) => {
        const config = new TextDecoder().decode(data)
        state.applied.push(config)
        state.config = config
        cluster.kubernetes.nodes.set(state.name, nodeOf(state))
        return messages({ mode })
      },
      bootstrap: ({ recoverEtcd, recoverSkipHashCheck }) => {
        state.bootstraps.push({ recoverEtcd, recoverSkipHashCheck })
        const answer = messages({})
        for (const each of cluster.states) if (each.role === 'controlplane') each.etcd = 'Running'
        return answer
      },
      etcdRecover: async (stream) => {
        for await (const { bytes } of stream) state.recovered += bytes.length
        return messages({})
      },
    },
    lifecycle: {
      upgrade: async function* ({ source }) {
        here()
        yield { progress: { response: { case: 'message', value: `installing ${source?.imageName}` } } }
        if (state.exitCode === 0) state.installed = source?.imageName.split(':').at(-1)
        yield { progress: { response: { case: 'exitCode', value: state.exitCode } } }
      },
    },
    image: {
      list: async function* () {
        here()
        yield* state.images
      },
      pull: async function* ({ imageRef }) {
        here()
        state.images.push({ name: imageRef, digest: 'sha256:pulled' })
        yield { response: { case: 'name', value: imageRef } }
      },
      import: async (stream, { signal }) => {
        here()
        for await (const { request } of stream) {
          if (state.stuck) await new Promise((_, reject) => signal.addEventListener('abort', reject))
          if (request.case === 'imageChunk') state.imported += request.value.bytes.length
        }
        const name = 'docker.io/library/retail:1'
        state.images = [...state.images.filter((each) => each.name !== name), { name, digest: 'sha256:new' }]
        return { name: 'retail:1' }
      },
    },
    state: {
      get: ({ type }) => {
        here()
        const yamlSpec = type.startsWith('MachineStatuses')
          ? stringify({ stage: 'running', status: { ready: true, unmetConditions: [] } })
          : stringify(state.config)
        return { resource: { metadata: { type }, spec: { yamlSpec } } }
      },
    },
  }
}

function reboot(state: NodeState, cluster: FakeCluster): void {
  state.leaving = false
  state.boots++
  state.away = 2
  if (state.installed && !state.reverts) state.talos = state.installed
  const { nodes, stale } = cluster.kubernetes
  const before = nodes.get(state.name)
  if (!before) return
  stale.set(state.name, before)
  nodes.set(state.name, { ...nodeOf(state), cordon: before.cordon })
}

function bootIdOf({ name, boots }: NodeState): string {
  return `${name}-boot-${boots}`
}

function nodeOf(state: NodeState): KubernetesNode {
  const kubelet = /kubelet:(\S+)/.exec(state.config)?.[1] ?? ''
  return { ready: true, cordon: 'none', kubelet, bootId: bootIdOf(state) }
}

function fakeKubernetes(states: NodeState[], drain: () => FakeCluster['drain']): FakeKubernetes {
  const log: string[] = []
  const nodes = new Map(states.map((state) => [state.name, nodeOf(state)]))
  const stale = new Map<string, KubernetesNode>()
  const set = (name: string, cordon: KubernetesNode['cordon']) => {
    const node = nodes.get(name)
    if (!node) throw new FaultError({ code: 'E_NOT_FOUND', subject: name, cause: 'no such node' })
    nodes.set(name, { ...node, cordon })
  }
  return {
    log,
    nodes,
    stale,
    node: async (name) => {
      const old = stale.get(name)
      stale.delete(name)
      return old ?? nodes.get(name)
    },
    cordon: async (name) => {
      log.push(`cordon ${name}`)
      set(name, 'ours')
    },
    uncordon: async (name) => {
      log.push(`uncordon ${name}`)
      set(name, 'none')
    },
    drain: (name, signal) => {
      log.push(`drain ${name}`)
      return drain()(name, signal)
    },
    deleteNode: async (name) => {
      log.push(`delete ${name}`)
      nodes.delete(name)
    },
    staticPod: async (name, component) => {
      const state = stateOf(states, name)
      const image = new RegExp(`\\S+/${component}:\\S+`).exec(state.podConfig)?.[0]
      state.podConfig = state.config
      return image === undefined ? undefined : { image, ready: true }
    },
  }
}
