import { at, objectsAt } from '../types/object.ts'
import type { Pod } from '../types/workloads.ts'
import type { Cluster } from './cluster.ts'

type Need = { key: 'configmaps' | 'secrets'; name: unknown; entry?: unknown; optional: unknown }

/** What keeps a pod's volumes from being mounted, in the kubelet's words. */
export function missingVolume(cluster: Cluster, pod: Pod): string | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    const sources = [volume, ...objectsAt(volume, 'projected', 'sources')]
    for (const source of sources) {
      const lost = [...mapNeed(source, 'name'), ...secretNeed(source)].find((need) =>
        isMissing(cluster, pod, need),
      )
      if (lost) {
        return `MountVolume.SetUp failed for volume "${volume.name}" : ${describe(lost)} not found`
      }
    }
  }
  return undefined
}

/** What keeps a pod's containers from being configured. */
export function missingConfiguration(cluster: Cluster, pod: Pod): string | undefined {
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    const needs: Need[] = [
      ...(container.envFrom ?? []).flatMap((source) => [
        ...refNeed('configmaps', source.configMapRef),
        ...refNeed('secrets', source.secretRef),
      ]),
      ...(container.env ?? []).flatMap((env) => [
        ...refNeed('configmaps', at(env.valueFrom, 'configMapKeyRef')),
        ...refNeed('secrets', at(env.valueFrom, 'secretKeyRef')),
      ]),
    ]
    const lost = needs.find((need) => isMissing(cluster, pod, need))
    if (lost)
      return lost.entry === undefined
        ? `${describe(lost)} not found`
        : `couldn't find key ${lost.entry} in ${describe(lost)}`
  }
  return undefined
}

function mapNeed(source: unknown, field: string): Need[] {
  const map = at(source, 'configMap')
  return map === undefined ? [] : [{ key: 'configmaps', name: at(map, field), optional: at(map, 'optional') }]
}

function secretNeed(source: unknown): Need[] {
  const secret = at(source, 'secret')
  if (secret === undefined) return []
  return [
    {
      key: 'secrets',
      name: at(secret, 'secretName') ?? at(secret, 'name'),
      optional: at(secret, 'optional'),
    },
  ]
}

function refNeed(key: Need['key'], ref: unknown): Need[] {
  if (ref === undefined) return []
  return [{ key, name: at(ref, 'name'), entry: at(ref, 'key'), optional: at(ref, 'optional') }]
}

function isMissing(cluster: Cluster, pod: Pod, need: Need): boolean {
  if (need.optional === true) return false
  const found = cluster.get(need.key, pod.metadata.namespace, String(need.name))
  if (!found || need.entry === undefined) return !found
  const entry = String(need.entry)
  return at(found, 'data', entry) === undefined && at(found, 'binaryData', entry) === undefined
}

function describe({ key, name }: Need): string {
  return `${key === 'secrets' ? 'secret' : 'configmap'} "${name}"`
}
