import type { Http2ServerRequest } from 'node:http2'
import { jsonPatch } from '../patch/json-patch.ts'
import { mergePatch } from '../patch/merge-patch.ts'
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts'
import type { WriteOptions } from '../registry/registry.ts'
import { badRequest, StatusError } from '../registry/status-error.ts'
import { isObject, type KubeObject } from '../types/object.ts'
import type { Resource } from '../types/resource.ts'
import { asObject, contentType, readBody, unsupported } from './body.ts'
import type { Context } from './context.ts'
import { deleteOptions } from './options.ts'
import { select } from './read.ts'
import type { Target } from './target.ts'

export type Answer = { code: number; object: KubeObject } | { code: number; body: unknown }

export async function create(
  context: Context,
  target: Target,
  request: Http2ServerRequest,
  options: WriteOptions,
): Promise<Answer> {
  const { resource, namespace } = target
  const object = asObject(target, await readBody(request), undefined)
  return { code: 201, object: context.registry.create(resource, namespace, object, options) }
}

export async function replace(
  context: Context,
  target: Target & { name: string },
  request: Http2ServerRequest,
  options: WriteOptions,
): Promise<Answer> {
  const { resource, namespace, name } = target
  const object = asObject(target, await readBody(request))
  return { code: 200, object: context.registry.update(resource, namespace, name, () => object, options) }
}

export async function patch(
  context: Context,
  target: Target & { name: string },
  request: Http2ServerRequest,
  options: WriteOptions & { force: boolean; namedManager: boolean },
): Promise<Answer> {
  const { resource, namespace, name } = target
  const type = contentType(request)
  const body = await readBody(request)
  if (type === 'application/apply-patch+yaml') {
    if (!options.namedManager)
      throw invalidOptions('fieldManager: Required value: is required for apply patch')
    const config = asObject(target, body)
    const { object, created } = context.registry.apply(resource, namespace, name, config, options)
    return { code: created ? 201 : 200, object }
  }
  if (options.force) throw invalidOptions('force: Forbidden: may not be specified for non-apply patch')
  const change = patcher(resource, type)
  const update = (live: KubeObject) => asObject(target, change(live, body))
  return { code: 200, object: context.registry.update(resource, namespace, name, update, options) }
}

export async function remove(
  context: Context,
  target: Target,
  request: Http2ServerRequest,
  query: URLSearchParams,
): Promise<Answer> {
  const { resource, namespace, name } = target
  const options = deleteOptions(query, await readBody(request))
  if (name === undefined) {
    const doomed = select(context, target, query)
    for (const { metadata } of doomed)
      context.registry.remove(resource, metadata.namespace, metadata.name, options)
    return { code: 200, body: success() }
  }
  const { object, gone } = context.registry.remove(resource, namespace, name, options)
  if (!gone || resource.kind === 'Pod') return { code: 200, object }
  const { group, plural } = resource
  return {
    code: 200,
    body: success({ name, ...(group ? { group } : {}), kind: plural, uid: object.metadata.uid }),
  }
}

/** What a patch of this media type makes of an object. */
export function patcher(
  resource: Pick<Resource, 'shape' | 'schema'>,
  type: string,
): (target: unknown, patch: unknown) => unknown {
  if (type === 'application/json-patch+json') return jsonPatch
  if (type === 'application/merge-patch+json') return objectPatch(mergePatch)
  if (type === 'application/strategic-merge-patch+json' && resource.schema === undefined) {
    return objectPatch((target, body) => strategicMergePatch(target, body, resource.shape))
  }
  throw unsupported(type)
}

export function success(details?: Record<string, unknown>) {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    ...(details ? { details } : {}),
  }
}

function objectPatch(merge: (target: unknown, patch: unknown) => unknown) {
  return (target: unknown, body: unknown) => {
    if (!isObject(body)) throw badRequest('the patch is not an object')
    return merge(target, body)
  }
}

function invalidOptions(why: string): StatusError {
  return new StatusError(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: ${why}`, {
    group: 'meta.k8s.io',
    kind: 'PatchOptions',
  })
}
