import { setTimeout as sleep } from 'node:timers/promises'
import type { cluster } from '@homerack/talos/protocol'
import { unmetConditions } from '../resources/describe-machine.ts'
import { type Call, refuse } from './call.ts'
import type { Implement } from './forward.ts'

type Methods = ReturnType<Implement<typeof cluster.ClusterService>>

const pollMs = 250

/** The health of the cluster that a node is in, as far as the nodes know. */
export function clusterMethods({ node, signal }: Call): Methods {
  return {
    async *healthCheck({ waitTimeout }) {
      if (node.state().config?.type !== 'controlplane') {
        throw refuse('Unimplemented', 'cluster health check is only available on control plane nodes')
      }
      const deadline = Date.now() + Number(waitTimeout?.seconds ?? 300n) * 1000
      let said = ''
      for (;;) {
        const waiting = whatIsMissing(node)
        const message = waiting ? `waiting for ${waiting}` : 'waiting for all k8s nodes to report ready: OK'
        if (message !== said) yield { message }
        said = message
        if (!waiting) return
        if (Date.now() > deadline) throw refuse('DeadlineExceeded', `healthcheck error: ${waiting}`)
        await sleep(pollMs, undefined, { signal })
      }
    },
  }
}

function whatIsMissing(node: Call['node']): string | undefined {
  for (const each of node.world.nodes.values()) {
    const [first] = unmetConditions(each)
    if (first) return `${each.state().address}: ${first.name}: ${first.reason}`
  }
  return undefined
}
