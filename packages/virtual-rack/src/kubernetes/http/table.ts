import { at, type KubeObject, objectsAt } from '../types/object.ts'
import type { Resource } from '../types/resource.ts'

type Column = { name: string; priority?: number; cell: (object: KubeObject, now: string) => unknown }

const name: Column = { name: 'Name', cell: (object) => object.metadata.name }
const age: Column = { name: 'Age', cell: (object, now) => duration(object.metadata.creationTimestamp, now) }

/** The columns that `kubectl get` prints. */
export function tableColumns(resource: Resource) {
  return columnsOf(resource).map((column) => ({
    name: column.name,
    type: 'string',
    format: column.name === 'Name' ? 'name' : '',
    description: '',
    priority: column.priority ?? 0,
  }))
}

export function tableRow(resource: Resource, object: KubeObject, now: string): unknown[] {
  return columnsOf(resource).map((column) => {
    const value = column.cell(object, now)
    return value === undefined || value === '' ? '<none>' : value
  })
}

function columnsOf(resource: Resource): Column[] {
  if (resource.schema !== undefined) return customColumns(resource)
  return [name, ...(byKind[resource.kind] ?? []), age]
}

const field =
  (...path: string[]) =>
  (object: KubeObject) =>
    at(object, ...path)

const count =
  (...path: string[]) =>
  (object: KubeObject) =>
    at(object, ...path) ?? 0

const wide = (title: string, cell: Column['cell']): Column => ({ name: title, priority: 1, cell })

const byKind: Readonly<Record<string, Column[]>> = {
  Pod: [
    { name: 'Ready', cell: podReady },
    { name: 'Status', cell: podStatus },
    { name: 'Restarts', cell: podRestarts },
    wide('IP', field('status', 'podIP')),
    wide('Node', field('spec', 'nodeName')),
  ],
  Node: [
    { name: 'Status', cell: nodeStatus },
    { name: 'Roles', cell: nodeRoles },
    { name: 'Version', cell: field('status', 'nodeInfo', 'kubeletVersion') },
    wide(
      'Internal-IP',
      (node) => objectsAt(node, 'status', 'addresses').find((one) => one.type === 'InternalIP')?.address,
    ),
    wide('OS-Image', field('status', 'nodeInfo', 'osImage')),
    wide('Kernel-Version', field('status', 'nodeInfo', 'kernelVersion')),
    wide('Container-Runtime', field('status', 'nodeInfo', 'containerRuntimeVersion')),
  ],
  Namespace: [{ name: 'Status', cell: field('status', 'phase') }],
  Deployment: [
    {
      name: 'Ready',
      cell: (one) => `${count('status', 'readyReplicas')(one)}/${count('spec', 'replicas')(one)}`,
    },
    { name: 'Up-to-date', cell: count('status', 'updatedReplicas') },
    { name: 'Available', cell: count('status', 'availableReplicas') },
  ],
  ReplicaSet: [
    { name: 'Desired', cell: count('spec', 'replicas') },
    { name: 'Current', cell: count('status', 'replicas') },
    { name: 'Ready', cell: count('status', 'readyReplicas') },
  ],
  StatefulSet: [
    {
      name: 'Ready',
      cell: (one) => `${count('status', 'readyReplicas')(one)}/${count('spec', 'replicas')(one)}`,
    },
  ],
  DaemonSet: [
    { name: 'Desired', cell: count('status', 'desiredNumberScheduled') },
    { name: 'Current', cell: count('status', 'currentNumberScheduled') },
    { name: 'Ready', cell: count('status', 'numberReady') },
    { name: 'Up-to-date', cell: count('status', 'updatedNumberScheduled') },
    { name: 'Available', cell: count('status', 'numberAvailable') },
  ],
  Job: [
    { name: 'Status', cell: (job) => objectsAt(job, 'status', 'conditions').at(-1)?.type ?? 'Running' },
    {
      name: 'Completions',
      cell: (job) => `${count('status', 'succeeded')(job)}/${at(job, 'spec', 'completions') ?? 1}`,
    },
  ],
  CronJob: [
    { name: 'Schedule', cell: field('spec', 'schedule') },
    { name: 'Suspend', cell: (one) => String(at(one, 'spec', 'suspend')) },
  ],
  Service: [
    { name: 'Type', cell: field('spec', 'type') },
    { name: 'Cluster-IP', cell: field('spec', 'clusterIP') },
    { name: 'External-IP', cell: externalAddress },
    { name: 'Port(s)', cell: servicePorts },
  ],
  ConfigMap: [{ name: 'Data', cell: (map) => Object.keys(Object(map.data)).length }],
  Secret: [
    { name: 'Type', cell: field('type') },
    { name: 'Data', cell: (secret) => Object.keys(Object(secret.data)).length },
  ],
  PersistentVolumeClaim: [
    { name: 'Status', cell: field('status', 'phase') },
    { name: 'Volume', cell: field('spec', 'volumeName') },
    { name: 'Capacity', cell: field('status', 'capacity', 'storage') },
    { name: 'StorageClass', cell: field('spec', 'storageClassName') },
  ],
  PersistentVolume: [
    { name: 'Capacity', cell: field('spec', 'capacity', 'storage') },
    { name: 'Status', cell: field('status', 'phase') },
    {
      name: 'Claim',
      cell: (one) =>
        [at(one, 'spec', 'claimRef', 'namespace'), at(one, 'spec', 'claimRef', 'name')]
          .filter(Boolean)
          .join('/'),
    },
    { name: 'StorageClass', cell: field('spec', 'storageClassName') },
  ],
  StorageClass: [
    { name: 'Provisioner', cell: field('provisioner') },
    { name: 'ReclaimPolicy', cell: field('reclaimPolicy') },
    { name: 'VolumeBindingMode', cell: field('volumeBindingMode') },
  ],
  PodDisruptionBudget: [
    { name: 'Min Available', cell: (one) => at(one, 'spec', 'minAvailable') ?? 'N/A' },
    { name: 'Max Unavailable', cell: (one) => at(one, 'spec', 'maxUnavailable') ?? 'N/A' },
    { name: 'Allowed Disruptions', cell: count('status', 'disruptionsAllowed') },
  ],
  CustomResourceDefinition: [{ name: 'Created At', cell: (one) => one.metadata.creationTimestamp }],
  Event: [
    { name: 'Type', cell: field('type') },
    { name: 'Reason', cell: field('reason') },
    {
      name: 'Object',
      cell: (one) =>
        `${String(at(one, 'involvedObject', 'kind')).toLowerCase()}/${at(one, 'involvedObject', 'name')}`,
    },
    { name: 'Message', cell: field('message') },
  ],
}

function customColumns(resource: Resource): Column[] {
  const extra = (resource.columns ?? []).map((column): Column => {
    const path = String(at(column, 'jsonPath')).replace(/^\./, '').split('.')
    const isDate = at(column, 'type') === 'date'
    return {
      name: String(at(column, 'name')),
      priority: Number(at(column, 'priority') ?? 0),
      cell: (object, now) => {
        const value = at(object, ...path)
        return isDate && typeof value === 'string'
          ? duration(value, now)
          : typeof value === 'object'
            ? JSON.stringify(value)
            : value
      },
    }
  })
  return extra.length === 0 ? [name, age] : [name, ...extra]
}

function podReady(pod: KubeObject): string {
  const statuses = objectsAt(pod, 'status', 'containerStatuses')
  return `${statuses.filter((one) => one.ready === true).length}/${objectsAt(pod, 'spec', 'containers').length}`
}

function podStatus(pod: KubeObject): unknown {
  if (pod.metadata.deletionTimestamp) return 'Terminating'
  for (const status of objectsAt(pod, 'status', 'containerStatuses')) {
    const reason = at(status, 'state', 'waiting', 'reason') ?? at(status, 'state', 'terminated', 'reason')
    if (reason !== undefined) return reason
  }
  return at(pod, 'status', 'phase') ?? 'Pending'
}

function podRestarts(pod: KubeObject): number {
  return objectsAt(pod, 'status', 'containerStatuses').reduce(
    (sum, one) => sum + Number(one.restartCount ?? 0),
    0,
  )
}

function nodeStatus(node: KubeObject): string {
  const ready = objectsAt(node, 'status', 'conditions').find((one) => one.type === 'Ready')
  const state = ready?.status === 'True' ? 'Ready' : 'NotReady'
  return at(node, 'spec', 'unschedulable') === true ? `${state},SchedulingDisabled` : state
}

function nodeRoles(node: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/'
  const labels = Object.keys(node.metadata.labels ?? {}).filter((label) => label.startsWith(prefix))
  return labels.map((label) => label.slice(prefix.length)).join(',')
}

function externalAddress(service: KubeObject): unknown {
  const [first] = objectsAt(service, 'status', 'loadBalancer', 'ingress')
  if (first) return first.ip ?? first.hostname
  return at(service, 'spec', 'type') === 'LoadBalancer' ? '<pending>' : undefined
}

function servicePorts(service: KubeObject): string {
  return objectsAt(service, 'spec', 'ports')
    .map((port) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ''}/${port.protocol}`)
    .join(',')
}

/** How long ago, in the short form of kubectl. */
function duration(from: string | undefined, now: string): string {
  if (!from) return '<unknown>'
  const seconds = Math.max(0, Math.floor((Date.parse(now) - Date.parse(from)) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}
