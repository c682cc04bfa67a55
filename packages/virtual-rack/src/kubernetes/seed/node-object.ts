import type { Taint } from '../types/workloads.ts'

export type NodeOptions = {
  name: string
  /** The address in the rack's network, for example 192.168.10.51. */
  address: string
  /** `controlplane` (or `control-plane`) and `worker`. */
  roles: readonly string[]
  labels?: Record<string, string>
  taints?: readonly Taint[]
  /** The Talos version, for the node's OS image. */
  version: string
  /** Of its kubelet; the cluster's if not said. */
  kubelet?: string
  bootId?: string
  /** Images of static pods, by component; those of the cluster's version if not said. */
  components?: Readonly<Record<string, string>>
}

/** A node as a kubelet on a Pi 5 with Talos registers it. */
export function nodeObject(options: NodeOptions, kubernetes: string, index: number, now: string) {
  const { name, address, roles, labels = {}, taints = [], version } = options
  const capacity = { cpu: '4', memory: '16252Mi', 'ephemeral-storage': '100Gi', pods: '110' }
  const roleLabels = roles
    .filter((role) => role !== 'worker')
    .map((role) => [`node-role.kubernetes.io/${role.replace('controlplane', 'control-plane')}`, ''])
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/arch': 'arm64',
        'kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': name,
        'beta.kubernetes.io/arch': 'arm64',
        'beta.kubernetes.io/os': 'linux',
        ...Object.fromEntries(roleLabels),
        ...labels,
      },
    },
    spec: {
      podCIDR: `10.244.${index}.0/24`,
      podCIDRs: [`10.244.${index}.0/24`],
      ...(taints.length > 0 ? { taints: [...taints] } : {}),
    },
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      capacity,
      allocatable: { ...capacity, cpu: '3950m', memory: '15740Mi' },
      conditions: readyConditions(true, now),
      nodeInfo: {
        architecture: 'arm64',
        operatingSystem: 'linux',
        osImage: `Talos (${version})`,
        kernelVersion: '6.18.44-talos',
        kubeletVersion: options.kubelet ?? kubernetes,
        kubeProxyVersion: '',
        containerRuntimeVersion: 'containerd://2.2.0',
        machineID: '',
        systemUUID: '',
        bootID: options.bootId ?? '',
      },
    },
  }
}

/** What a kubelet reports while it runs, or what is concluded when it went silent. */
export function readyConditions(ready: boolean, now: string) {
  const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
    type,
    status: ready ? 'False' : 'Unknown',
    reason: ready ? `KubeletHasNo${type}` : 'NodeStatusUnknown',
    message: ready ? '' : 'Kubelet stopped posting node status.',
    lastTransitionTime: now,
  }))
  const kubelet = {
    type: 'Ready',
    status: ready ? 'True' : 'Unknown',
    reason: ready ? 'KubeletReady' : 'NodeStatusUnknown',
    message: ready ? 'kubelet is posting ready status' : 'Kubelet stopped posting node status.',
    lastTransitionTime: now,
  }
  return [...pressures, kubelet]
}
