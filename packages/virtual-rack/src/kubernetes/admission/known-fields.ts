import { isObject, type KubeObject, objectsAt } from '../types/object.ts'
import type { Resource } from '../types/resource.ts'
import { pruneToSchema } from './structural-schema.ts'

const words = (text: string) => new Set(text.split(/\s+/))

const podSpec =
  words(`activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy
  enableServiceLinks ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride
  imagePullSecrets initContainers nodeName nodeSelector os overhead preemptionPolicy priority priorityClassName
  readinessGates resourceClaims resources restartPolicy runtimeClassName schedulerName schedulingGates
  securityContext serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain
  terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes workloadRef`)

const container = words(`args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports
  readinessProbe resizePolicy resources restartPolicy restartPolicyRules securityContext startupProbe stdin stdinOnce
  targetContainerName terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir`)

const specs: Readonly<Record<string, ReadonlySet<string>>> = {
  Deployment: words(
    'minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit selector strategy template',
  ),
  StatefulSet:
    words(`minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy replicas
    revisionHistoryLimit selector serviceName template updateStrategy volumeClaimTemplates`),
  DaemonSet: words('minReadySeconds revisionHistoryLimit selector template updateStrategy'),
  ReplicaSet: words('minReadySeconds replicas selector template'),
  Service:
    words(`allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy
    healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP
    loadBalancerSourceRanges ports publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig
    trafficDistribution type`),
}

/**
 * Drops the fields that the kind does not have, in place, and gives their paths. Custom resources are held to their
 * schema; built-in ones to their top level, the specs of the common kinds, and pod templates.
 */
export function dropUnknownFields(resource: Resource, object: KubeObject): string[] {
  if (resource.schema !== undefined) return pruneToSchema(object, resource.schema)
  const dropped: string[] = []
  const keep = (value: unknown, known: ReadonlySet<string>, path: string) => {
    if (!isObject(value)) return
    for (const name of Object.keys(value)) {
      if (known.has(name)) continue
      delete value[name]
      dropped.push(path === '' ? name : `${path}.${name}`)
    }
  }
  if (resource.topFields) keep(object, new Set(['apiVersion', 'kind', 'metadata', ...resource.topFields]), '')
  const known = specs[object.kind]
  if (known) keep(object.spec, known, 'spec')
  for (const [spec, path] of podSpecsOf(object)) {
    keep(spec, podSpec, path)
    for (const list of ['initContainers', 'containers']) {
      for (const [index, item] of objectsAt(spec, list).entries())
        keep(item, container, `${path}.${list}[${index}]`)
    }
  }
  return dropped
}

/** The pod specs inside an object, with their paths. */
export function podSpecsOf(object: KubeObject): [unknown, string][] {
  const spec = isObject(object.spec) ? object.spec : {}
  if (object.kind === 'Pod') return [[spec, 'spec']]
  const template = object.kind === 'CronJob' && isObject(spec.jobTemplate) ? spec.jobTemplate.spec : spec
  const inner = isObject(template) && isObject(template.template) ? template.template.spec : undefined
  const path = object.kind === 'CronJob' ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec'
  return isObject(inner) ? [[inner, path]] : []
}
