import { resourceCalls } from '../resources/resource-calls.ts'
import { clusterCalls } from './cluster-calls.ts'
import { etcdCalls } from './etcd-calls.ts'
import { imageCalls } from './image-calls.ts'
import { lifecycleCalls } from './lifecycle-calls.ts'
import type { Link } from './link.ts'
import { machineCalls } from './machine-calls.ts'
import { powerCalls } from './power-calls.ts'
import { serviceCalls } from './service-calls.ts'
import { storageCalls } from './storage-calls.ts'

/** Everything that can be asked of one node, whichever way it is reached. */
export type TalosCalls = ReturnType<typeof talosCalls>

export function talosCalls(link: Link) {
  return {
    address: link.address,
    ...machineCalls(link),
    ...powerCalls(link),
    ...serviceCalls(link),
    ...etcdCalls(link),
    ...imageCalls(link),
    ...lifecycleCalls(link),
    ...storageCalls(link),
    ...clusterCalls(link),
    resources: resourceCalls(link),
  }
}
