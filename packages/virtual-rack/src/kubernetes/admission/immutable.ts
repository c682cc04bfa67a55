import { isDeepStrictEqual } from 'node:util'
import type { StatusCause } from '../registry/status-error.ts'
import { at, isObject, type JsonObject, type KubeObject } from '../types/object.ts'
import { bad, forbiddenField } from './validate-metadata.ts'

/** Changes that the kind does not allow once it exists. */
export function immutableFields(object: KubeObject, live: KubeObject): StatusCause[] {
  const check = byKind[object.kind]
  return check ? check(object, live) : []
}

type Check = (object: KubeObject, live: KubeObject) => StatusCause[]

const immutable = 'field is immutable'

/** Each path must stay as it was. */
const fixed =
  (...paths: string[]): Check =>
  (object, live) =>
    paths.flatMap((path) => {
      const [now, was] = [at(object, ...path.split('.')), at(live, ...path.split('.'))]
      return was === undefined || isDeepStrictEqual(now, was) ? [] : [bad(path, now ?? null, immutable)]
    })

/** The spec must stay as it was except for some fields. */
const specBut =
  (allowed: readonly string[], why: string): Check =>
  (object, live) => {
    const rest = (spec: unknown): JsonObject =>
      Object.fromEntries(
        Object.entries(isObject(spec) ? spec : {}).filter(([name]) => !allowed.includes(name)),
      )
    return isDeepStrictEqual(rest(object.spec), rest(live.spec)) ? [] : [forbiddenField('spec', why)]
  }

const statefulSetAllows = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]

const byKind: Readonly<Record<string, Check>> = {
  Deployment: fixed('spec.selector'),
  ReplicaSet: fixed('spec.selector'),
  DaemonSet: fixed('spec.selector'),
  StatefulSet: specBut(
    statefulSetAllows,
    `updates to statefulset spec for fields other than ${statefulSetAllows.map((name) => `'${name}'`).join(', ')} are forbidden`,
  ),
  Job: fixed('spec.selector', 'spec.template', 'spec.completionMode'),
  Service: (object, live) => {
    const [now, was] = [at(object, 'spec', 'clusterIP'), at(live, 'spec', 'clusterIP')]
    const leaving = at(object, 'spec', 'type') === 'ExternalName'
    if (was === undefined || now === was || leaving) return []
    return [bad('spec.clusterIPs[0]', [now ?? ''], 'may not change once set')]
  },
  PersistentVolumeClaim: (object, live) => {
    const bound = at(live, 'spec', 'volumeName') !== undefined
    const allowed = bound ? ['resources', 'volumeAttributesClassName'] : ['resources', 'volumeName']
    if (at(live, 'spec', 'storageClassName') === undefined) allowed.push('storageClassName')
    return specBut(
      allowed,
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    )(object, live)
  },
  Pod: podFields,
  ConfigMap: frozenData,
  Secret: (object, live) => [...fixed('type')(object, live), ...frozenData(object, live)],
  RoleBinding: fixed('roleRef'),
  ClusterRoleBinding: fixed('roleRef'),
  StorageClass: fixed('provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'),
  PriorityClass: fixed('value', 'preemptionPolicy'),
  CustomResourceDefinition: fixed('spec.group', 'spec.scope', 'spec.names.plural', 'spec.names.kind'),
}

function podFields(object: KubeObject, live: KubeObject): StatusCause[] {
  const rest = (pod: KubeObject) => {
    const spec = structuredClone(isObject(pod.spec) ? pod.spec : {})
    for (const field of ['nodeName', 'tolerations', 'activeDeadlineSeconds', 'schedulingGates'])
      delete spec[field]
    for (const list of [spec.containers, spec.initContainers, spec.ephemeralContainers]) {
      for (const container of Array.isArray(list) ? list : []) delete container.image
    }
    return { ...spec, ephemeralContainers: undefined }
  }
  if (isDeepStrictEqual(rest(object), rest(live))) return []
  return [
    forbiddenField(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  ]
}

function frozenData(object: KubeObject, live: KubeObject): StatusCause[] {
  if (live.immutable !== true) return []
  const same = ['data', 'binaryData', 'immutable'].every((field) =>
    isDeepStrictEqual(object[field], live[field]),
  )
  return same ? [] : [forbiddenField('data', 'field is immutable when `immutable` is set')]
}
