import type { TalosNode } from '../talos-node.ts'
import { describeBlock } from './describe-block.ts'
import { describeCluster } from './describe-cluster.ts'
import { describeMachine } from './describe-machine.ts'
import { describeNetwork } from './describe-network.ts'
import { resourceDefinitions } from './resource-definitions.ts'
import type { ResourceEntry } from './resource-store.ts'

/** Everything that a node's COSI state says, worked out from what the node is. */
export function describeResources(node: TalosNode): ResourceEntry[] {
  return [
    ...describeMachine(node),
    ...describeNetwork(node),
    ...describeBlock(node),
    ...describeCluster(node),
    ...resourceDefinitions,
  ]
}
