import { type ContextValues, createClient, createContextKey, createContextValues } from '@connectrpc/connect'
import { FaultError } from '@homerack/errors'
import { type TalosCalls, talosCalls } from '../calls/talos-calls.ts'
import { createCaller } from '../connection/caller.ts'
import { connectTo } from '../connection/connect-to.ts'
import type { Connection } from '../connection/connection.ts'
import type { ClusterCredentials } from '../connection/credentials.ts'
import { talosPort } from '../create-talos-client.ts'
import { MachineService } from '../gen/machine/machine_pb.js'
import { failoverCaller, type Memory, type Way } from './failover-caller.ts'
import { parseEndpoint } from './parse-endpoint.ts'

export type TalosClusterOptions = {
  /**
   * Control planes in the order in which they are tried, with `:port` where it is not Talos' own. Not the virtual
   * address: it is absent while etcd is.
   */
  readonly endpoints: readonly string[]
  /** A context of a talosconfig will do. */
  readonly credentials: ClusterCredentials
  /** Where sockets for an address really go; the address itself if not said. */
  readonly resolve?: (address: string) => string
  /** Deadline of a unary call at one endpoint, in milliseconds; 10 s if not said. */
  readonly timeoutMs?: number
  /** Ends every call and stream. The connections still want `close`. */
  readonly signal?: AbortSignal
}

export type TalosCluster = {
  /** The endpoint that answers. */
  readonly anyone: TalosCalls
  /** A node by its address or name, whose calls an endpoint forwards. Only control planes forward. */
  node(address: string): TalosCalls
  /** The endpoint that answered last. */
  endpoint(): string | undefined
  close(): void
}

/**
 * A cluster through whichever of its endpoints answers. Reads try the endpoints in turn and stay with the one that
 * answered; a call that may change something is sent once, through an endpoint that was just seen to answer.
 *
 * @throws FaultError E_TALOS_CREDENTIALS; E_TALOS_NO_ENDPOINT if none is given. A call throws E_TALOS_NO_ENDPOINT
 * with every endpoint's reason, and otherwise what a client's calls throw.
 */
export function createTalosCluster(options: TalosClusterOptions): TalosCluster {
  const { endpoints, credentials, resolve = (same) => same, timeoutMs = 10_000, signal } = options
  if (endpoints.length === 0)
    throw new FaultError({
      code: 'E_TALOS_NO_ENDPOINT',
      subject: 'talosconfig',
      cause: 'no endpoint is given',
      hint: 'The endpoints are the addresses of the control planes.',
    })
  const life = new AbortController()
  const memory: Memory = { endpoint: undefined }
  const connections = new Map<string, Connection>(
    endpoints.map((endpoint) => {
      const place = parseEndpoint(endpoint, talosPort)
      return [endpoint, connectTo({ ...place, credentials, resolve })]
    }),
  )
  const { transport, upload } = byContext(connections)
  const machine = createClient(MachineService, transport)

  const callsTo = (node: string | undefined): TalosCalls => {
    const ways = endpoints.map((endpoint): Way => {
      const contextValues = createContextValues().set(endpointKey, endpoint)
      const wire = { contextValues, ...(node !== undefined && { headers: { node } }) }
      const caller = createCaller({
        address: node ?? endpoint,
        endpoint,
        timeoutMs,
        life: life.signal,
        signal,
        wire,
      })
      return { endpoint, caller, probe: (base) => machine.version({}, { ...base, headers: {} }) }
    })
    const caller = failoverCaller(ways, memory)
    return talosCalls({ address: node ?? 'cluster', transport, upload, caller })
  }

  return {
    anyone: callsTo(undefined),
    node: callsTo,
    endpoint: () => memory.endpoint,
    close: () => {
      life.abort()
      for (const connection of connections.values()) connection.close()
    },
  }
}

const endpointKey = createContextKey('')

/** One wire for all endpoints: the call's context says which of them it goes to. */
function byContext(connections: ReadonlyMap<string, Connection>): Pick<Connection, 'transport' | 'upload'> {
  const chosen = (context: ContextValues | undefined): Connection => {
    const endpoint = context?.get(endpointKey)
    const connection = connections.get(endpoint ?? '')
    if (!connection) throw new Error(`no endpoint ${endpoint}`)
    return connection
  }
  return {
    transport: {
      unary: (method, signal, timeoutMs, header, input, context) =>
        chosen(context).transport.unary(method, signal, timeoutMs, header, input, context),
      stream: (method, signal, timeoutMs, header, input, context) =>
        chosen(context).transport.stream(method, signal, timeoutMs, header, input, context),
    },
    upload: (method, messages, wire) => chosen(wire.contextValues).upload(method, messages, wire),
  }
}
