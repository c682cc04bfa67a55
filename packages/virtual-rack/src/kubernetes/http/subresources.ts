import type { Http2ServerRequest } from 'node:http2'
import { evict } from '../registry/evict.ts'
import type { WriteOptions } from '../registry/registry.ts'
import { scaleOf, withReplicas } from '../registry/scale.ts'
import { badRequest, unknownPath } from '../registry/status-error.ts'
import { at, isObject, type KubeObject, objectsAt } from '../types/object.ts'
import { contentType, readBody } from './body.ts'
import type { Context } from './context.ts'
import { deleteOptions } from './options.ts'
import type { Target } from './target.ts'
import { type Answer, patcher, success } from './write.ts'

type Named = Target & { name: string }

/** GET, PUT and PATCH of `scale`. */
export async function scale(
  context: Context,
  target: Named,
  request: Http2ServerRequest,
  options: WriteOptions,
): Promise<Answer> {
  const { resource, namespace, name } = target
  if (!resource.scale) throw unknownPath()
  const live = context.registry.get(resource, namespace, name)
  if (request.method === 'GET') return { code: 200, body: scaleOf(live) }
  const body = await readBody(request)
  const type = contentType(request)
  const next = request.method === 'PUT' ? body : patcher({ shape: {} }, type)(scaleOf(live), body)
  const replicas = at(next, 'spec', 'replicas') ?? 0
  if (!Number.isInteger(replicas)) throw badRequest('spec.replicas must be an integer')
  const updated = context.registry.update(
    resource,
    namespace,
    name,
    (object) => withReplicas(object, Number(replicas)),
    { ...options, subresource: 'scale' },
  )
  return { code: 200, body: scaleOf(updated) }
}

export async function eviction(
  context: Context,
  target: Named,
  request: Http2ServerRequest,
): Promise<Answer> {
  const body = await readBody(request)
  const options = deleteOptions(new URLSearchParams(), at(body, 'deleteOptions'))
  evict(context, target.namespace ?? '', target.name, options)
  return { code: 201, body: success() }
}

export async function binding(
  context: Context,
  target: Named,
  request: Http2ServerRequest,
  options: WriteOptions,
): Promise<Answer> {
  const node = at(await readBody(request), 'target', 'name')
  if (typeof node !== 'string') throw badRequest('target.name: Required value')
  const bind = (pod: KubeObject) => ({ ...pod, spec: { ...Object(pod.spec), nodeName: node } })
  context.registry.update(target.resource, target.namespace, target.name, bind, options)
  return { code: 201, body: success() }
}

/** PUT of a namespace's finalizers. */
export async function finalize(
  context: Context,
  target: Named,
  request: Http2ServerRequest,
  options: WriteOptions,
): Promise<Answer> {
  const finalizers = at(await readBody(request), 'spec', 'finalizers')
  const change = (live: KubeObject) => ({
    ...live,
    spec: { finalizers: Array.isArray(finalizers) ? finalizers : [] },
  })
  const object = context.registry.update(target.resource, undefined, target.name, change, options)
  return { code: 200, object }
}

/** A pod's log: what the played container would have said. */
export function podLog(context: Context, target: Named, query: URLSearchParams): string {
  const pod = context.registry.get(target.resource, target.namespace, target.name)
  const containers = objectsAt(pod, 'spec', 'containers')
  const asked = query.get('container')
  const name = asked ?? containers[0]?.name
  if (![...containers, ...objectsAt(pod, 'spec', 'initContainers')].some((one) => one.name === name)) {
    throw badRequest(`container ${name} is not valid for pod ${target.name}`)
  }
  const status = objectsAt(pod, 'status', 'containerStatuses').find((one) => one.name === name)
  const reason = at(status, 'state', 'waiting', 'reason')
  if (reason !== undefined && reason !== 'CrashLoopBackOff') {
    throw badRequest(`container "${name}" in pod "${target.name}" is waiting to start: ${reason}`)
  }
  const lines = [`${name}: started in the virtual rack`]
  if (reason === 'CrashLoopBackOff' || isObject(at(status, 'lastState', 'terminated'))) {
    lines.push(`${name}: rehearsed crash, exit code 1`)
  }
  const tail = query.get('tailLines')
  return `${(tail === null ? lines : lines.slice(-Number(tail))).join('\n')}\n`
}
