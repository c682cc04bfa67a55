import { at, type KubeObject, objectsAt } from '../types/object.ts'
import type { Pod } from '../types/workloads.ts'
import { type Cluster, placeOf, workKey } from './cluster.ts'
import type { Controller } from './controller.ts'
import { isFinished, isReady } from './pods.ts'

const sliceKey = 'endpointslices.discovery.k8s.io'

/** Writes the Endpoints and the EndpointSlice of every service with a selector. */
export function endpoints(cluster: Cluster): Controller {
  return {
    name: 'endpoints',
    affected: ({ key, object, previous }) => {
      if (key === 'services') return [workKey(object.metadata)]
      if (key !== 'pods') return []
      const labels = { ...previous?.metadata.labels, ...object.metadata.labels }
      const services = cluster.list('services', object.metadata.namespace)
      return services
        .filter((service) => selects(service, labels))
        .map((service) => workKey(service.metadata))
    },
    reconcile(work) {
      const { namespace = '', name } = placeOf(work)
      const service = cluster.get('services', namespace, name)
      const slice = cluster.list(sliceKey, namespace).find((one) => isSliceOf(one, name))
      const plain = cluster.get('endpoints', namespace, name)
      if (!service) {
        if (plain) cluster.remove('endpoints', plain)
        return undefined
      }
      if (at(service, 'spec', 'selector') === undefined) return undefined
      const pods = cluster
        .list<Pod>('pods', namespace)
        .filter((pod) => selects(service, pod.metadata.labels) && pod.status?.podIP && !isFinished(pod))
      writeSlice(cluster, service, slice, pods)
      writeEndpoints(cluster, service, plain, pods)
      return undefined
    },
  }
}

function selects(service: KubeObject, labels: Record<string, string> | undefined): boolean {
  const selector = Object.entries(Object(at(service, 'spec', 'selector')))
  return selector.length > 0 && selector.every(([name, value]) => labels?.[name] === value)
}

function isSliceOf(slice: KubeObject, service: string): boolean {
  return (
    slice.metadata.labels?.['kubernetes.io/service-name'] === service &&
    slice.metadata.ownerReferences?.[0]?.kind === 'Service'
  )
}

function writeSlice(
  cluster: Cluster,
  service: KubeObject,
  slice: KubeObject | undefined,
  pods: readonly Pod[],
) {
  const { name, namespace = '', uid = '' } = service.metadata
  const content = {
    addressType: 'IPv4',
    endpoints: pods.map((pod) => ({
      addresses: [pod.status?.podIP],
      conditions: {
        ready: isReady(pod) && !pod.metadata.deletionTimestamp,
        serving: isReady(pod),
        terminating: Boolean(pod.metadata.deletionTimestamp),
      },
      nodeName: pod.spec.nodeName,
      targetRef: { kind: 'Pod', name: pod.metadata.name, namespace, uid: pod.metadata.uid },
    })),
    ports: portsOf(service, pods[0]),
  }
  if (slice) {
    cluster.update(sliceKey, slice, (live) => ({ ...live, ...content }))
    return
  }
  const owner = { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true }
  const labels = {
    'kubernetes.io/service-name': name,
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  }
  cluster.create(sliceKey, { generateName: `${name}-`, namespace, labels, ownerReferences: [owner] }, content)
}

function writeEndpoints(
  cluster: Cluster,
  service: KubeObject,
  plain: KubeObject | undefined,
  pods: readonly Pod[],
) {
  const { name, namespace = '' } = service.metadata
  const serving = pods.filter((pod) => !pod.metadata.deletionTimestamp)
  const address = (pod: Pod) => ({
    ip: pod.status?.podIP,
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', name: pod.metadata.name, namespace, uid: pod.metadata.uid },
  })
  const ready = serving.filter(isReady).map(address)
  const notReady = serving.filter((pod) => !isReady(pod)).map(address)
  const subset = {
    ...(ready.length > 0 ? { addresses: ready } : {}),
    ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
    ports: portsOf(service, pods[0]),
  }
  const content = serving.length > 0 ? { subsets: [subset] } : { subsets: [] }
  if (plain) cluster.update('endpoints', plain, (live) => ({ ...live, ...content }))
  else cluster.create('endpoints', { name, namespace }, content)
}

function portsOf(service: KubeObject, pod: Pod | undefined): object[] {
  return objectsAt(service, 'spec', 'ports').map(({ name, port, protocol, targetPort }) => {
    const named = pod?.spec.containers
      .flatMap((one) => one.ports ?? [])
      .find((one) => one.name === targetPort)
    const number = typeof targetPort === 'number' ? targetPort : (named?.containerPort ?? port)
    return { ...(name ? { name } : {}), port: number, protocol }
  })
}
