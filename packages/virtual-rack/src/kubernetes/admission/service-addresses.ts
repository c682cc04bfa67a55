import { invalid } from '../registry/status-error.ts'
import type { Store } from '../storage/store.ts'
import { at, ensureObject, type KubeObject, objectsAt } from '../types/object.ts'
import { bad } from './validate-metadata.ts'

/** Talos' default service subnet is 10.96.0.0/12; addresses are handed out from its first /16. */
const prefix = '10.96'
const nodePorts = { from: 30_000, to: 32_767 }
const service = { group: '', kind: 'Service' }

/** Gives a service its cluster address and node ports, in place, and keeps those it has. */
export function admitService(store: Store, object: KubeObject, live: KubeObject | undefined) {
  const spec = ensureObject(object, 'spec')
  if (spec.type === 'ExternalName') {
    delete spec.clusterIP
    delete spec.clusterIPs
    return
  }
  const others = store.list('services').filter((other) => other.metadata.uid !== live?.metadata.uid)
  const before = at(live, 'spec', 'clusterIP')
  const wanted = spec.clusterIP || before || freeAddress(others)
  const holder = wanted !== 'None' && others.find((other) => at(other, 'spec', 'clusterIP') === wanted)
  if (holder) {
    throw invalid(service, object.metadata.name, [
      bad('spec.clusterIPs', [wanted], 'failed to allocate IP: provided IP is already allocated'),
    ])
  }
  spec.clusterIP = wanted
  spec.clusterIPs = [wanted]
  allocateNodePorts(object, live, others)
}

function freeAddress(others: readonly KubeObject[]): string {
  const taken = new Set(others.map((other) => at(other, 'spec', 'clusterIP')))
  for (let number = 11; number < 65_535; number++) {
    const address = `${prefix}.${number >> 8}.${number & 255}`
    if (!taken.has(address)) return address
  }
  throw invalid(service, '', [bad('spec.clusterIP', null, 'the service network is full')])
}

function allocateNodePorts(object: KubeObject, live: KubeObject | undefined, others: readonly KubeObject[]) {
  const spec = ensureObject(object, 'spec')
  const ports = objectsAt(spec, 'ports')
  const wants =
    spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
  if (!wants) {
    for (const port of ports) delete port.nodePort
    return
  }
  const taken = new Set(
    [...others, object].flatMap((one) => objectsAt(one, 'spec', 'ports').map((port) => port.nodePort)),
  )
  for (const port of ports) {
    const before = objectsAt(live, 'spec', 'ports').find(
      (old) => old.port === port.port && old.protocol === port.protocol,
    )
    port.nodePort ??= before?.nodePort ?? freePort(taken)
    taken.add(port.nodePort)
  }
}

function freePort(taken: ReadonlySet<unknown>): number {
  let port = nodePorts.from
  while (taken.has(port) && port < nodePorts.to) port += 1
  return port
}
