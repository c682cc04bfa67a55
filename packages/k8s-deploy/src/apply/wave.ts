import { groupKindOf, groupOf, type ObjectRef } from '../object/object-ref.ts'

/** The steps of a deploy. Each begins when the one before it has been applied. */
export const waves = ['foundations', 'cluster', 'configuration', 'workloads', 'rest', 'webhooks'] as const

const foundations = new Set(['Namespace', 'CustomResourceDefinition.apiextensions.k8s.io'])

/** Groups that configure the cluster as a whole: rights, classes of storage, priorities. */
const clusterGroups = new Set([
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
])

const configuration = new Set([
  'ConfigMap',
  'Endpoints',
  'EndpointSlice.discovery.k8s.io',
  'LimitRange',
  'NetworkPolicy.networking.k8s.io',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ResourceQuota',
  'Secret',
  'Service',
  'ServiceAccount',
])

const workloads = new Set(['Pod', 'PodTemplate', 'ReplicationController'])
const workloadGroups = new Set(['apps', 'batch'])

/** They may refuse what is applied after them, or take over a part of the API. */
const webhookGroups = new Set(['admissionregistration.k8s.io', 'apiregistration.k8s.io'])

/** Namespaces and definitions of kinds: what others can only be tried out with. */
export function isFoundation(ref: ObjectRef): boolean {
  return foundations.has(groupKindOf(ref))
}

/** Which of `waves` an object belongs to. Custom resources are in `rest`: their kind and its controller come first. */
export function waveOf(ref: ObjectRef): number {
  return waves.indexOf(nameOfWave(groupKindOf(ref), groupOf(ref.apiVersion)))
}

function nameOfWave(groupKind: string, group: string): (typeof waves)[number] {
  if (foundations.has(groupKind)) return 'foundations'
  if (clusterGroups.has(group)) return 'cluster'
  if (configuration.has(groupKind)) return 'configuration'
  if (workloads.has(groupKind) || workloadGroups.has(group)) return 'workloads'
  return webhookGroups.has(group) ? 'webhooks' : 'rest'
}
