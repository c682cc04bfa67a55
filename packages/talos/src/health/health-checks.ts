import { causeOf } from '../bootstrap/observe-etcd.ts'
import type { EtcdMember } from '../calls/etcd-calls.ts'
import type { TalosClient } from '../create-talos-client.ts'

export type HealthClient = Pick<TalosClient, 'services' | 'etcdMembers' | 'version' | 'memory' | 'resources'>

export type ClusterNode = {
  readonly name: string
  readonly address: string
  readonly role: 'controlplane' | 'worker'
  readonly client: HealthClient
}

/** One condition of a healthy cluster. No reasons: it holds. */
export type HealthCheck = {
  readonly name: string
  readonly run: (nodes: readonly ClusterNode[], signal?: AbortSignal) => Promise<string[]>
}

const mib = 1024 * 1024
/** What Talos asks of a node (1.14), less what the kernel keeps for itself. */
const minimumMemory = { controlplane: (1848 - 150) * mib, worker: (1024 - 150) * mib }
/** 6 GiB of disk less EFI (2101 MiB), STATE (100 MiB), META and the partition table (10 MiB). */
const minimumEphemeral = (6 * 1024 - 2101 - 100 - 1 - 10) * mib

/** Talos' own order and names (1.13.9), up to where Kubernetes takes over. */
export const healthChecks: readonly HealthCheck[] = [
  {
    name: 'etcd to be healthy',
    run: (nodes, signal) => each(controlPlanes(nodes), serviceHealthy('etcd', signal)),
  },
  { name: 'etcd members to be consistent across nodes', run: membersConsistent },
  { name: 'etcd members to be control plane nodes', run: membersAreControlPlanes },
  {
    name: 'apid to be ready',
    run: (nodes, signal) => each(nodes, (node) => answers(node, signal)),
  },
  {
    name: 'all nodes memory sizes',
    run: (nodes, signal) => each(nodes, (node) => memoryLarge(node, signal)),
  },
  { name: 'all nodes disk sizes', run: (nodes, signal) => each(nodes, (node) => diskLarge(node, signal)) },
  { name: 'no diagnostics', run: (nodes, signal) => each(nodes, (node) => diagnostics(node, signal)) },
  {
    name: 'kubelet to be healthy',
    run: (nodes, signal) => each(controlPlanes(nodes), serviceHealthy('kubelet', signal)),
  },
  {
    name: 'all nodes to finish boot sequence',
    run: (nodes, signal) => each(nodes, (node) => booted(node, signal)),
  },
]

function controlPlanes(nodes: readonly ClusterNode[]): ClusterNode[] {
  return nodes.filter(({ role }) => role === 'controlplane')
}

/** Asks the nodes at once. A fault is a reason; anything else that is thrown is a bug and goes on. */
async function each(
  nodes: readonly ClusterNode[],
  reasonOf: (node: ClusterNode) => Promise<string | undefined>,
): Promise<string[]> {
  const reasons = await Promise.all(
    nodes.map(async (node) => {
      const reason = await reasonOf(node).catch(causeOf)
      return reason ? [`${node.name}: ${reason}`] : []
    }),
  )
  return reasons.flat()
}

const serviceHealthy =
  (id: string, signal?: AbortSignal) =>
  async ({ client }: ClusterNode) => {
    const service = (await client.services({ signal })).find((each) => each.id === id)
    if (!service) return `there is no service ${id}`
    if (service.state !== 'Running')
      return `${id} is ${service.state}${detail(service.events.at(-1)?.message)}`
    return service.healthy ? undefined : `${id} is not healthy${detail(service.lastMessage)}`
  }

async function answers({ client }: ClusterNode, signal?: AbortSignal): Promise<undefined> {
  await client.version({ signal })
}

async function membersConsistent(nodes: readonly ClusterNode[], signal?: AbortSignal): Promise<string[]> {
  let first: { name: string; members: string } | undefined
  const seen = new Map<string, string>()
  const reasons = await each(controlPlanes(nodes), async ({ name, client }) => {
    seen.set(name, describeMembers(await client.etcdMembers({}, { signal })))
    return undefined
  })
  for (const { name } of controlPlanes(nodes)) {
    const members = seen.get(name)
    if (members === undefined) continue
    first ??= { name, members }
    if (members !== first.members)
      reasons.push(`${name}: sees ${members}, but ${first.name} sees ${first.members}`)
  }
  return reasons
}

function describeMembers(members: readonly EtcdMember[]): string {
  const words = members.map(
    ({ id, hostname, isLearner }) => `${hostname || id}${isLearner ? ' (learner)' : ''}#${id.slice(-4)}`,
  )
  return words.sort().join(', ')
}

async function membersAreControlPlanes(
  nodes: readonly ClusterNode[],
  signal?: AbortSignal,
): Promise<string[]> {
  const [first] = controlPlanes(nodes)
  if (!first) return []
  const addresses = new Set(controlPlanes(nodes).map(({ address }) => address))
  return each([first], async ({ client }) => {
    const members = await client.etcdMembers({}, { signal })
    const strangers = members.filter(({ peerUrls }) => peerUrls.some((url) => !addresses.has(hostOf(url))))
    const names = strangers.map(({ hostname, id, peerUrls }) => `${hostname || id} at ${peerUrls.join(' ')}`)
    return names.length > 0 ? `etcd has a member that is no control plane: ${names.join(', ')}` : undefined
  })
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : url
}

async function memoryLarge({ role, client }: ClusterNode, signal?: AbortSignal) {
  const memory = await client.memory({ signal })
  const minimum = minimumMemory[role]
  return memory < minimum ? `has ${inMib(memory)} of memory, Talos wants ${inMib(minimum)}` : undefined
}

async function diskLarge({ client }: ClusterNode, signal?: AbortSignal) {
  const { spec } = await client.resources.get('VolumeStatus', 'EPHEMERAL', { signal })
  return spec.size < minimumEphemeral
    ? `EPHEMERAL has ${inMib(spec.size)}, Talos wants ${inMib(minimumEphemeral)}`
    : undefined
}

async function diagnostics({ client }: ClusterNode, signal?: AbortSignal) {
  const active = await client.resources.list('Diagnostic', { signal })
  return active.map(({ spec }) => spec.message).join('; ')
}

async function booted({ client }: ClusterNode, signal?: AbortSignal) {
  const { spec } = await client.resources.get('MachineStatus', undefined, { signal })
  if (spec.stage !== 'running') return `is ${spec.stage}`
  if (spec.ready) return undefined
  return `is not ready${detail(spec.unmetConditions.map(({ name, reason }) => `${name}: ${reason}`).join('; '))}`
}

function detail(text: string | undefined): string {
  return text ? `: ${text}` : ''
}

function inMib(bytes: number): string {
  return `${Math.round(bytes / mib)} MiB`
}
