import { at, ensureObject, isObject, type JsonObject, type KubeObject, objectsAt } from '../types/object.ts'
import { defaultPodSpec, defaultResources, fill } from './defaults-pod.ts'

/** Fills in what the API server would, in place. */
export function setDefaults(object: KubeObject) {
  const set = byKind[object.kind]
  if (!set) return
  const spec = withoutSpec.has(object.kind) ? object : ensureObject(object, 'spec')
  set(spec, object)
}

const withoutSpec = new Set([
  'Secret',
  'StorageClass',
  'RoleBinding',
  'ClusterRoleBinding',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'PriorityClass',
])

type Defaulter = (spec: JsonObject, object: KubeObject) => void

const template = (spec: JsonObject) => {
  ensureObject(spec, 'template', 'metadata')
  defaultPodSpec(ensureObject(spec, 'template', 'spec'))
}

const byKind: Readonly<Record<string, Defaulter>> = {
  Pod: (spec) => {
    defaultPodSpec(spec)
    fill(spec, { enableServiceLinks: true, preemptionPolicy: 'PreemptLowerPriority' })
  },
  Deployment: (spec) => {
    template(spec)
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 })
    const strategy = ensureObject(spec, 'strategy')
    fill(strategy, { type: 'RollingUpdate' })
    if (strategy.type === 'RollingUpdate') {
      fill(ensureObject(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' })
    }
  },
  ReplicaSet: (spec) => {
    template(spec)
    fill(spec, { replicas: 1 })
  },
  StatefulSet: (spec) => {
    template(spec)
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady' })
    fill(ensureObject(spec, 'persistentVolumeClaimRetentionPolicy'), {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    })
    const strategy = ensureObject(spec, 'updateStrategy')
    fill(strategy, { type: 'RollingUpdate' })
    if (strategy.type === 'RollingUpdate') fill(ensureObject(strategy, 'rollingUpdate'), { partition: 0 })
    for (const claim of objectsAt(spec, 'volumeClaimTemplates')) {
      fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } })
      defaultClaim(ensureObject(claim, 'spec'))
    }
  },
  DaemonSet: (spec) => {
    template(spec)
    fill(spec, { revisionHistoryLimit: 10 })
    const strategy = ensureObject(spec, 'updateStrategy')
    fill(strategy, { type: 'RollingUpdate' })
    if (strategy.type === 'RollingUpdate') {
      fill(ensureObject(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 })
    }
  },
  Job: (spec, object) => defaultJob(spec, object.metadata),
  CronJob: (spec) => {
    fill(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    })
    const job = ensureObject(spec, 'jobTemplate')
    ensureObject(job, 'metadata')
    defaultPodSpec(ensureObject(job, 'spec', 'template', 'spec'))
  },
  Service: defaultService,
  Secret: (secret) => {
    fill(secret, { type: 'Opaque' })
    if (!isObject(secret.stringData)) return
    const data = ensureObject(secret, 'data')
    for (const [name, text] of Object.entries(secret.stringData)) {
      data[name] = Buffer.from(String(text)).toString('base64')
    }
    delete secret.stringData
  },
  Namespace: (spec, object) => {
    if (!object.metadata.deletionTimestamp) fill(spec, { finalizers: ['kubernetes'] })
    object.metadata.labels = {
      ...object.metadata.labels,
      'kubernetes.io/metadata.name': object.metadata.name,
    }
    fill(ensureObject(object, 'status'), { phase: 'Active' })
  },
  PersistentVolumeClaim: (spec, object) => {
    defaultClaim(spec)
    fill(ensureObject(object, 'status'), { phase: 'Pending' })
  },
  PersistentVolume: (spec, object) => {
    fill(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' })
    fill(ensureObject(object, 'status'), { phase: 'Available' })
  },
  StorageClass: (storageClass) =>
    fill(storageClass, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  RoleBinding: defaultBinding,
  ClusterRoleBinding: defaultBinding,
  NetworkPolicy: (spec) => {
    const types = spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress']
    fill(spec, { policyTypes: types, podSelector: {} })
    for (const rule of [...objectsAt(spec, 'ingress'), ...objectsAt(spec, 'egress')]) {
      for (const port of objectsAt(rule, 'ports')) fill(port, { protocol: 'TCP' })
    }
  },
  PriorityClass: (priority) => fill(priority, { preemptionPolicy: 'PreemptLowerPriority' }),
  HorizontalPodAutoscaler: (spec) => fill(spec, { minReplicas: 1 }),
  ValidatingWebhookConfiguration: defaultWebhooks,
  MutatingWebhookConfiguration: defaultWebhooks,
  CustomResourceDefinition: (spec) => {
    fill(spec, { conversion: { strategy: 'None' } })
    const names = ensureObject(spec, 'names')
    const kind = String(names.kind ?? '')
    fill(names, { singular: kind.toLowerCase(), listKind: `${kind}List` })
  },
}

function defaultJob(spec: JsonObject, metadata: KubeObject['metadata']) {
  template(spec)
  fill(spec, {
    completionMode: 'NonIndexed',
    suspend: false,
    backoffLimit: 6,
    manualSelector: false,
    podReplacementPolicy: 'TerminatingOrFailed',
  })
  if (spec.completions === undefined && spec.parallelism === undefined) fill(spec, { completions: 1 })
  fill(spec, { parallelism: 1 })
  if (spec.manualSelector === true || metadata.uid === undefined) return
  const labels = ensureObject(spec, 'template', 'metadata', 'labels')
  fill(labels, {
    'batch.kubernetes.io/controller-uid': metadata.uid,
    'batch.kubernetes.io/job-name': metadata.name,
    'controller-uid': metadata.uid,
    'job-name': metadata.name,
  })
  fill(spec, { selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } } })
}

function defaultClaim(spec: JsonObject) {
  fill(spec, { volumeMode: 'Filesystem' })
  defaultResources(spec.resources)
}

function defaultService(spec: JsonObject, object: KubeObject) {
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' })
  for (const port of objectsAt(spec, 'ports')) fill(port, { protocol: 'TCP', targetPort: port.port })
  fill(ensureObject(object, 'status'), { loadBalancer: {} })
  if (spec.type === 'ExternalName') return
  fill(spec, { internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' })
  if (spec.type === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true })
  if (spec.type !== 'ClusterIP') fill(spec, { externalTrafficPolicy: 'Cluster' })
  if (spec.sessionAffinity === 'ClientIP') {
    fill(spec, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } })
  }
}

function defaultBinding(binding: JsonObject) {
  if (isObject(binding.roleRef)) fill(binding.roleRef, { apiGroup: 'rbac.authorization.k8s.io' })
  for (const subject of objectsAt(binding, 'subjects')) {
    if (subject.kind !== 'ServiceAccount') fill(subject, { apiGroup: 'rbac.authorization.k8s.io' })
  }
}

function defaultWebhooks(configuration: JsonObject) {
  for (const webhook of objectsAt(configuration, 'webhooks')) {
    fill(webhook, {
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
    })
    if (configuration.kind === 'MutatingWebhookConfiguration') fill(webhook, { reinvocationPolicy: 'Never' })
    const service = at(webhook, 'clientConfig', 'service')
    if (isObject(service)) fill(service, { port: 443 })
    for (const rule of objectsAt(webhook, 'rules')) fill(rule, { scope: '*' })
  }
}
