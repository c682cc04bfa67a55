import type { ConnectRouter } from '@connectrpc/connect'
import { cluster, image, lifecycle, machine, state, storage } from '@homerack/talos/protocol'
import type { TalosNode } from '../talos-node.ts'
import { clusterMethods } from './cluster-methods.ts'
import { etcdMethods } from './etcd-methods.ts'
import { serve } from './forward.ts'
import { imageMethods } from './image-methods.ts'
import { lifecycleMethods } from './lifecycle-methods.ts'
import { machineMethods } from './machine-methods.ts'
import { powerMethods } from './power-methods.ts'
import { resourceMethods } from './resource-methods.ts'
import { storageMethods } from './storage-methods.ts'
import { streamMethods } from './stream-methods.ts'
import { timeMethods } from './time-methods.ts'
import { timeService } from './time-protocol.ts'

/** Everything that a node's API serves. */
export function serveAll(router: ConnectRouter, node: TalosNode): void {
  serve(router, node, machine.MachineService, (call) => ({
    ...machineMethods(call),
    ...powerMethods(call),
    ...streamMethods(call),
    ...etcdMethods(call),
  }))
  serve(router, node, state.State, resourceMethods)
  serve(router, node, storage.StorageService, storageMethods)
  serve(router, node, image.ImageService, imageMethods)
  serve(router, node, lifecycle.LifecycleService, lifecycleMethods)
  serve(router, node, cluster.ClusterService, clusterMethods)
  serve(router, node, timeService, timeMethods)
}
