import { move } from './run-services.ts'
import type { TalosNode } from './talos-node.ts'
import { untilAborted, untilFound } from './until.ts'

const becomesReadyMs = 500

/** The kubelet: registers the node as soon as there is an API to register at. Rejects when this boot ends. */
export async function runKubelet(node: TalosNode): Promise<never> {
  move(node, 'kubelet', 'Running', 'Health check successful')
  const cluster = await untilFound(() => node.world.kubernetes.forNode(node), node.signal)
  cluster.register(node)
  try {
    await node.world.delay(becomesReadyMs, node.signal)
    cluster.setReady(node, true)
    node.update({ nodeReady: true })
    return await untilAborted(node.signal)
  } finally {
    cluster.setReady(node, false)
  }
}
