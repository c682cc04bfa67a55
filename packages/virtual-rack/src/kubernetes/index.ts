export type { Clock } from './clock.ts'
export { createKubernetes, type Kubernetes, type KubernetesOptions } from './create-kubernetes.ts'
export type { NodeOptions } from './seed/node-object.ts'
export type { StatePort } from './storage/persistence.ts'
