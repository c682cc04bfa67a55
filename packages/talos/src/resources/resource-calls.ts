import { createClient } from '@connectrpc/connect'
import { type Fault, FaultError } from '@homerack/errors'
import type { Link } from '../calls/link.ts'
import type { CallOptions } from '../connection/caller.ts'
import type { Resource as WireResource } from '../gen/cosi/resource_pb.js'
import { EventType, State } from '../gen/cosi/state_pb.js'
import { type ResourceKind, resourceKinds } from './resource-kinds.ts'
import { parseSpec } from './spec-reader.ts'

export type ResourceName = keyof typeof resourceKinds
type SpecOf<N extends ResourceName> = ReturnType<(typeof resourceKinds)[N]['read']>

export type Resource<T> = {
  id: string
  namespace: string
  version: string
  phase: string
  labels: Record<string, string>
  annotations: Record<string, string>
  spec: T
}

/**
 * `snapshot-end` follows the resources that were there when the watch began; after it come changes. A destroyed
 * resource has the spec that it had last.
 */
export type ResourceEvent<T> =
  | { type: 'created' | 'updated' | 'destroyed'; resource: Resource<T> }
  | { type: 'snapshot-end' }

export type WatchRequest = { readonly id?: string }

/** The node's resource state (COSI), read only. Specs come from the YAML that the server always sends along. */
export function resourceCalls({ address, transport, caller }: Link) {
  const state = createClient(State, transport)

  const toResource = <T>(wire: WireResource | undefined, { read, type }: ResourceKind<T>): Resource<T> => {
    const { metadata, spec } = wire ?? {}
    if (!metadata || !spec) throw new FaultError(broken(address, type, 'metadata or spec is missing'))
    const { id, namespace, version, phase, labels, annotations } = metadata
    return {
      id,
      namespace,
      version,
      phase,
      labels,
      annotations,
      spec: read(parsed(spec.yamlSpec, address, type)),
    }
  }

  return {
    /** @throws FaultError E_TALOS_NOT_FOUND; E_TALOS_DENIED for a sensitive kind without role os:admin. */
    get: <N extends ResourceName>(
      name: N,
      id?: string,
      options?: CallOptions,
    ): Promise<Resource<SpecOf<N>>> => {
      const kind = resourceKinds[name] as ResourceKind<SpecOf<N>>
      const { namespace, type } = kind
      const request = { namespace, type, id: id ?? kind.id ?? '' }
      const rpc = `Get ${name}`
      return caller.read(
        rpc,
        async (wire) => toResource((await state.get(request, wire)).resource, kind),
        options,
      )
    },

    list: <N extends ResourceName>(name: N, options?: CallOptions): Promise<Resource<SpecOf<N>>[]> => {
      const kind = resourceKinds[name] as ResourceKind<SpecOf<N>>
      const { namespace, type } = kind
      return caller.read(
        `List ${name}`,
        async (wire) => {
          const list: Resource<SpecOf<N>>[] = []
          for await (const { resource } of state.list({ namespace, type }, wire))
            list.push(toResource(resource, kind))
          return list
        },
        options,
      )
    },

    /** The resources of a kind, or the one with `id`, now and whenever they change. Never ends by itself. */
    watch: async function* <N extends ResourceName>(
      name: N,
      { id }: WatchRequest = {},
      options?: CallOptions,
    ): AsyncGenerator<ResourceEvent<SpecOf<N>>, void> {
      const kind = resourceKinds[name] as ResourceKind<SpecOf<N>>
      const { namespace, type } = kind
      const single = id === undefined ? {} : { id }
      // Only a watch over a whole kind knows "bootstrap"; one resource sends its present state by itself.
      const watchOptions = { bootstrapContents: id === undefined }
      const request = { namespace, type, ...single, options: watchOptions, apiVersion: 1 }
      const rpc = `Watch ${name}`
      for await (const { event } of caller.stream(rpc, (wire) => state.watch(request, wire), options)) {
        for (const each of event) {
          if (each.eventType === EventType.ERRORED)
            throw new FaultError(broken(address, rpc, each.error ?? 'watch failed'))
          if (each.eventType === EventType.BOOTSTRAPPED) yield { type: 'snapshot-end' }
          const change = changes[each.eventType]
          if (change) yield { type: change, resource: toResource(each.resource, kind) }
        }
      }
    },
  }
}

const changes: Partial<Record<EventType, 'created' | 'updated' | 'destroyed'>> = {
  [EventType.CREATED]: 'created',
  [EventType.UPDATED]: 'updated',
  [EventType.DESTROYED]: 'destroyed',
}

function parsed(yaml: string, subject: string, type: string): unknown {
  try {
    return parseSpec(yaml)
  } catch {
    throw new FaultError(broken(subject, type, 'the spec is not YAML'))
  }
}

function broken(subject: string, what: string, cause: string): Fault {
  return { code: 'E_TALOS_PROTOCOL', subject, cause: `${what}: ${cause}` }
}
