import { createClient } from '@connectrpc/connect'
import type { CallOptions } from '../connection/caller.ts'
import { ClusterService } from '../gen/cluster/cluster_pb.js'
import type { Link } from './link.ts'
import { durationOf } from './machine-calls.ts'

export type HealthCheckRequest = {
  readonly controlPlanes: readonly string[]
  readonly workers: readonly string[]
  /** Milliseconds that the node waits for the cluster. */
  readonly waitMs: number
  readonly endpoint?: string
}

export function clusterCalls({ transport, caller }: Link) {
  const cluster = createClient(ClusterService, transport)
  return {
    /** Lets the node itself watch the cluster and yields what it waits for. Fails as the check fails. */
    healthCheck: async function* (
      request: HealthCheckRequest,
      options?: CallOptions,
    ): AsyncGenerator<string, void> {
      const message = {
        waitTimeout: durationOf(request.waitMs),
        clusterInfo: {
          controlPlaneNodes: [...request.controlPlanes],
          workerNodes: [...request.workers],
          forceEndpoint: request.endpoint ?? '',
        },
      }
      const progress = caller.stream('HealthCheck', (wire) => cluster.healthCheck(message, wire), {
        timeoutMs: request.waitMs + 10_000,
        ...options,
      })
      for await (const { message: text } of progress) yield text
    },
  }
}
