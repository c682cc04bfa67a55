import { ensureObject, isObject, type JsonObject, objectsAt } from '../types/object.ts'
import { canonicalQuantity } from './quantity.ts'

/** Sets the fields that are unset. */
export function fill(target: JsonObject, defaults: JsonObject) {
  for (const [name, value] of Object.entries(defaults)) target[name] ??= value
}

/** What the API server fills into a pod spec (Kubernetes 1.36, `SetDefaults_PodSpec` and its kin). */
export function defaultPodSpec(spec: JsonObject) {
  fill(spec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    securityContext: {},
  })
  const name = spec.serviceAccountName ?? spec.serviceAccount
  if (typeof name === 'string') {
    spec.serviceAccountName = name
    spec.serviceAccount = name
  }
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    for (const container of objectsAt(spec, list)) defaultContainer(container, spec.hostNetwork === true)
  }
  for (const volume of objectsAt(spec, 'volumes')) defaultVolume(volume)
}

function defaultContainer(container: JsonObject, hostNetwork: boolean) {
  const tag = /:([^/@]+)$/.exec(String(container.image ?? ''))?.[1]
  const latest = !String(container.image).includes('@') && (tag === undefined || tag === 'latest')
  fill(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
  })
  for (const port of objectsAt(container, 'ports')) {
    fill(port, { protocol: 'TCP', ...(hostNetwork ? { hostPort: port.containerPort } : {}) })
  }
  for (const env of objectsAt(container, 'env')) {
    const field = isObject(env.valueFrom) ? env.valueFrom.fieldRef : undefined
    if (isObject(field)) fill(field, { apiVersion: 'v1' })
  }
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(container[probe])
  for (const hook of ['postStart', 'preStop']) {
    const handler = isObject(container.lifecycle) ? container.lifecycle[hook] : undefined
    if (isObject(handler)) defaultHandler(handler)
  }
  defaultResources(container.resources)
}

/** Resource amounts in canonical form; what is only limited is requested as well. */
export function defaultResources(resources: unknown) {
  if (!isObject(resources)) return
  for (const list of ['limits', 'requests']) {
    const amounts = resources[list]
    if (!isObject(amounts)) continue
    for (const [name, value] of Object.entries(amounts)) amounts[name] = canonicalQuantity(value) ?? value
  }
  if (isObject(resources.limits)) fill(ensureObject(resources, 'requests'), resources.limits)
}

function defaultProbe(probe: unknown) {
  if (!isObject(probe)) return
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
  defaultHandler(probe)
  if (isObject(probe.grpc)) fill(probe.grpc, { service: '' })
}

function defaultHandler(handler: JsonObject) {
  if (isObject(handler.httpGet)) fill(handler.httpGet, { path: '/', scheme: 'HTTP' })
}

function defaultVolume(volume: JsonObject) {
  const sources = Object.keys(volume).filter((field) => field !== 'name')
  if (sources.length === 0) volume.emptyDir = {}
  if (isObject(volume.secret)) fill(volume.secret, { defaultMode: 420 })
  if (isObject(volume.configMap)) fill(volume.configMap, { defaultMode: 420 })
  if (isObject(volume.downwardAPI)) fill(volume.downwardAPI, { defaultMode: 420 })
  if (isObject(volume.hostPath)) fill(volume.hostPath, { type: '' })
  if (isObject(volume.emptyDir) && volume.emptyDir.sizeLimit !== undefined) {
    volume.emptyDir.sizeLimit = canonicalQuantity(volume.emptyDir.sizeLimit) ?? volume.emptyDir.sizeLimit
  }
  if (isObject(volume.projected)) {
    fill(volume.projected, { defaultMode: 420 })
    for (const source of objectsAt(volume.projected, 'sources')) {
      if (isObject(source.serviceAccountToken)) fill(source.serviceAccountToken, { expirationSeconds: 3600 })
    }
  }
  const claim = isObject(volume.ephemeral) ? volume.ephemeral.volumeClaimTemplate : undefined
  if (isObject(claim) && isObject(claim.spec)) fill(claim.spec, { volumeMode: 'Filesystem' })
}
