import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { state } from '@homerack/talos/protocol'
import { knownTypes, sensitiveTypes } from '../resources/resource-definitions.ts'
import { type Resource, type ResourceChange, yamlOf } from '../resources/resource-store.ts'
import { type Call, refuse } from './call.ts'
import type { Implement } from './forward.ts'

type Methods = ReturnType<Implement<typeof state.State>>
type Kind = { namespace: string; type: string }

/** COSI: the node's state as resources. */
export function resourceMethods(call: Call): Methods {
  const { resources } = call.node
  return {
    get({ id, ...kind }) {
      admit(call, kind)
      const resource = resources.get(kind.namespace, kind.type, id)
      if (!resource)
        throw refuse('NotFound', `resource ${kind.type}(${kind.namespace}/${id}@undefined) doesn't exist`)
      return { resource: message(resource) }
    },
    async *list({ options, ...kind }) {
      admit(call, kind)
      const matches = matcher(options)
      for (const resource of resources.list(kind.namespace, kind.type)) {
        if (matches(resource)) yield { resource: message(resource) }
      }
    },
    async *watch(request) {
      admit(call, request)
      yield* watch(call, request)
    },
  }
}

/** Sensitive types are the administrator's; types that no node has do not exist. */
function admit({ roles }: Call, { type }: Kind): void {
  if (sensitiveTypes.has(type) && !roles.has('os:admin')) throw refuse('PermissionDenied', 'not authorized')
  if (!knownTypes.has(type)) throw refuse('PermissionDenied', `resource type "${type}" is not registered`)
}

type Options = Pick<state.WatchOptions, 'labelQuery' | 'idQuery'> | undefined

function matcher(options: Options): (resource: Resource) => boolean {
  const pattern = options?.idQuery?.regexp ? new RegExp(options.idQuery.regexp) : undefined
  const terms = (options?.labelQuery ?? []).flatMap((query) => query.terms)
  return ({ id, labels }) =>
    (!pattern || pattern.test(id)) &&
    terms.every(
      ({ key, value, invert }) =>
        (key in labels && (value.length === 0 || value.includes(labels[key] ?? ''))) !== invert,
    )
}

async function* watch(
  { node, signal }: Call,
  request: state.WatchRequest,
): AsyncGenerator<{ event: object[] }> {
  const { namespace, type, id, options } = request
  const matches = matcher(options)
  const ours = (resource: Resource) =>
    resource.type === type &&
    resource.namespace === namespace &&
    (id === undefined || resource.id === id) &&
    matches(resource)
  const queue: ResourceChange[] = []
  let wake = Promise.withResolvers<void>()
  const stop = node.resources.watch((change) => {
    if (!ours(change.resource)) return
    queue.push(change)
    wake.resolve()
  })
  const abort = () => wake.resolve()
  signal.addEventListener('abort', abort)
  try {
    const before = node.resources.list(namespace, type).filter(ours)
    // COSI clients throw the first message away: it only says that the watch has begun.
    yield { event: [] }
    if (id !== undefined || options?.bootstrapContents) {
      yield* before.map((resource) => ({
        event: [{ eventType: state.EventType.CREATED, resource: message(resource) }],
      }))
      // A watch of one resource tells that it is not there.
      if (id !== undefined && before.length === 0)
        yield { event: [{ eventType: state.EventType.DESTROYED, resource: absent(request) }] }
    }
    if (options?.bootstrapContents && request.apiVersion >= 1) {
      yield { event: [{ eventType: state.EventType.BOOTSTRAPPED, resource: absent(request) }] }
    }
    while (!signal.aborted) {
      for (const change of queue.splice(0)) yield { event: [eventOf(change)] }
      await wake.promise
      wake = Promise.withResolvers()
    }
  } finally {
    stop()
    signal.removeEventListener('abort', abort)
  }
}

const eventTypes = {
  created: state.EventType.CREATED,
  updated: state.EventType.UPDATED,
  destroyed: state.EventType.DESTROYED,
}

function eventOf(change: ResourceChange) {
  return {
    eventType: eventTypes[change.kind],
    resource: message(change.resource),
    ...(change.kind === 'updated' && { old: message(change.old) }),
  }
}

function message(resource: Resource) {
  const { namespace, type, id, version, owner, labels, annotations, created, updated } = resource
  return {
    metadata: {
      namespace,
      type,
      id,
      version: String(version),
      owner,
      phase: 'running',
      created: timestampFromDate(created),
      updated: timestampFromDate(updated),
      labels,
      ...(annotations && { annotations }),
    },
    spec: { yamlSpec: yamlOf(resource), ...(resource.proto && { protoSpec: resource.proto }) },
  }
}

function absent({ namespace, type, id = '' }: state.WatchRequest) {
  return { metadata: { namespace, type, id, version: 'undefined', phase: 'running' }, spec: {} }
}
