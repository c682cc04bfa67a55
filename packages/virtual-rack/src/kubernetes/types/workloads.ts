import type { JsonObject, KubeObject, ObjectMeta } from './object.ts'

/** The built-in kinds as far as the controllers read them. */

export type Condition = {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastTransitionTime?: string
  lastUpdateTime?: string
}

export type Selector = { matchLabels?: Record<string, string>; matchExpressions?: JsonObject[] }

export type Container = {
  name: string
  image: string
  env?: { name: string; value?: string; valueFrom?: JsonObject }[]
  envFrom?: JsonObject[]
  ports?: { name?: string; containerPort: number; protocol?: string }[]
  readinessProbe?: { initialDelaySeconds?: number }
}

export type ContainerStatus = {
  name: string
  image: string
  imageID: string
  ready: boolean
  started?: boolean
  restartCount: number
  state: JsonObject
  lastState: JsonObject
}

export type Toleration = {
  key?: string
  operator?: string
  value?: string
  effect?: string
  tolerationSeconds?: number
}
export type Taint = { key: string; value?: string; effect: string; timeAdded?: string }

export type PodSpec = {
  containers: Container[]
  initContainers?: Container[]
  volumes?: (JsonObject & { name: string })[]
  nodeName?: string
  nodeSelector?: Record<string, string>
  tolerations?: Toleration[]
  affinity?: JsonObject
  restartPolicy?: string
  hostNetwork?: boolean
}

export type PodStatus = {
  phase: string
  reason?: string
  message?: string
  conditions?: Condition[]
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
  podIP?: string
  hostIP?: string
  startTime?: string
}

export type Pod = KubeObject & { spec: PodSpec; status?: PodStatus }
export type Template = { metadata?: Partial<ObjectMeta>; spec: PodSpec }

export type Node = KubeObject & {
  spec: { taints?: Taint[]; unschedulable?: boolean; podCIDR?: string }
  status?: { conditions?: Condition[]; addresses?: { type: string; address: string }[] }
}

export type WorkloadSpec = {
  replicas?: number
  selector: Selector
  template: Template
  minReadySeconds?: number
  revisionHistoryLimit?: number
}

export type WorkloadStatus = {
  observedGeneration?: number
  replicas?: number
  readyReplicas?: number
  availableReplicas?: number
  updatedReplicas?: number
  conditions?: Condition[]
}

export type ReplicaSet = KubeObject & { spec: WorkloadSpec; status?: WorkloadStatus }

type Rolling = { maxUnavailable?: number | string; maxSurge?: number | string; partition?: number }

export type Deployment = KubeObject & {
  spec: WorkloadSpec & {
    paused?: boolean
    progressDeadlineSeconds?: number
    strategy?: { type?: string; rollingUpdate?: Rolling }
  }
  status?: WorkloadStatus
}

export type StatefulSet = KubeObject & {
  spec: WorkloadSpec & {
    serviceName?: string
    podManagementPolicy?: string
    ordinals?: { start?: number }
    updateStrategy?: { type?: string; rollingUpdate?: Rolling }
    volumeClaimTemplates?: KubeObject[]
  }
  status?: WorkloadStatus & { currentRevision?: string; updateRevision?: string; collisionCount?: number }
}

export type DaemonSet = KubeObject & {
  spec: WorkloadSpec & { updateStrategy?: { type?: string; rollingUpdate?: Rolling } }
}

export type Job = KubeObject & {
  spec: {
    parallelism?: number
    completions?: number
    backoffLimit?: number
    suspend?: boolean
    activeDeadlineSeconds?: number
    ttlSecondsAfterFinished?: number
    template: Template
  }
  status?: {
    active?: number
    succeeded?: number
    failed?: number
    startTime?: string
    completionTime?: string
    conditions?: Condition[]
  }
}
