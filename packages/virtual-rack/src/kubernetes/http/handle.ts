import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { WriteOptions } from '../registry/registry.ts'
import { StatusError, unknownPath } from '../registry/status-error.ts'
import { readBody } from './body.ts'
import type { Context } from './context.ts'
import { discoverGroup, discoverGroups, discoverVersion } from './discovery.ts'
import { negotiate, viewObject } from './negotiate.ts'
import { openApi } from './openapi.ts'
import { writeOptions } from './options.ts'
import { read } from './read.ts'
import { binding, eviction, finalize, podLog, scale } from './subresources.ts'
import { parseTarget, type Target } from './target.ts'
import { isAllowed, type User, userOf } from './user.ts'
import { versionInfo } from './version-info.ts'
import { watch } from './watch.ts'
import { type Answer, create, patch, remove, replace } from './write.ts'

/** Answers one request. Refusals become `Status` objects; anything else that is thrown is a 500 with its message. */
export async function handle(context: Context, request: Http2ServerRequest, response: Http2ServerResponse) {
  try {
    await route(context, request, response)
  } catch (error) {
    const refusal =
      error instanceof StatusError
        ? error
        : new StatusError(500, 'InternalError', `Internal error occurred: ${error}`)
    if (response.headersSent) return response.end()
    const { code } = refusal.status
    send(response, code, refusal.status, code === 429 || code === 503 ? { 'retry-after': '1' } : {})
  }
}

async function route(context: Context, request: Http2ServerRequest, response: Http2ServerResponse) {
  const user = userOf(request.socket)
  if (!user) throw new StatusError(401, 'Unauthorized', 'Unauthorized')
  const { pathname: path, searchParams: query } = new URL(request.url, 'https://kubernetes')
  if (path === '/livez' || path === '/healthz' || path === '/readyz') return health(context, path, response)
  if (path === '/version') return send(response, 200, versionInfo(context.version()))
  if (!isAllowed(user)) throw refusal(user, request, path)
  if (context.etcd() === 'down')
    throw new StatusError(
      503,
      'ServiceUnavailable',
      'etcdserver: no leader: the control plane has lost its quorum',
    )
  if (path === '/api' || path === '/apis') {
    const { type, body } = discoverGroups(context.catalogue, path, request.headers.accept)
    return send(response, 200, body, { 'content-type': type })
  }
  if (path.startsWith('/openapi/v3')) return send(response, 200, openApi(context.catalogue, path))
  const [root, group = '', version, plural] = path.split('/').slice(1)
  if (root === 'api' && version === undefined && group === 'v1')
    return send(response, 200, discoverVersion(context.catalogue, '', group))
  if (root === 'apis' && version === undefined)
    return send(response, 200, discoverGroup(context.catalogue, group))
  if (root === 'apis' && plural === undefined)
    return send(response, 200, discoverVersion(context.catalogue, group, version ?? ''))
  if (root !== 'api' && root !== 'apis') throw unknownPath()
  if (request.method === 'POST' && plural?.startsWith('selfsubject'))
    return review(user, plural, request, response)
  return resource(context, parseTarget(context.catalogue, path), query, request, response)
}

async function resource(
  context: Context,
  target: Target,
  query: URLSearchParams,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
) {
  const view = negotiate(request.headers.accept)
  const warnings: string[] = []
  const options = {
    ...writeOptions(query, request.headers['user-agent']),
    warn: (text: string) => warnings.push(text),
  }
  if (request.method === 'GET' && target.subresource === 'log' && target.resource.kind === 'Pod') {
    response.writeHead(200, { 'content-type': 'text/plain' })
    return response.end(podLog(context, named(target), query))
  }
  const reads = request.method === 'GET' && (target.subresource === undefined || isStatus(target))
  const watches = query.get('watch') === 'true' || query.get('watch') === '1'
  if (reads && watches) return watch(context, watched(target, query), query, view, response)
  if (reads) return send(response, 200, read(context, target, query, view))
  const answer = await write(context, target, query, request, options)
  const body = 'object' in answer ? viewObject(context, target.resource, answer.object, view) : answer.body
  const headers =
    warnings.length === 0 ? {} : { warning: warnings.map((text) => `299 - ${JSON.stringify(text)}`) }
  return send(response, answer.code, body, headers)
}

async function write(
  context: Context,
  target: Target,
  query: URLSearchParams,
  request: Http2ServerRequest,
  options: WriteOptions,
): Promise<Answer> {
  const { subresource, resource, name } = target
  const { method } = request
  if (subresource === 'scale') return scale(context, named(target), request, options)
  if (resource.kind === 'Pod' && method === 'POST' && subresource === 'eviction')
    return eviction(context, named(target), request)
  if (resource.kind === 'Pod' && method === 'POST' && subresource === 'binding')
    return binding(context, named(target), request, options)
  if (resource.kind === 'Namespace' && subresource === 'finalize' && method === 'PUT')
    return finalize(context, named(target), request, options)
  if (subresource !== undefined && !isStatus(target)) throw unknownPath()
  const through = { ...options, subresource }
  if (method === 'POST' && name === undefined) return create(context, target, request, options)
  if (method === 'PUT' && name !== undefined) return replace(context, named(target), request, through)
  if (method === 'PATCH' && name !== undefined) {
    const force = query.get('force') === 'true'
    return patch(context, named(target), request, {
      ...through,
      force,
      namedManager: Boolean(query.get('fieldManager')),
    })
  }
  if (method === 'DELETE' && subresource === undefined) return remove(context, target, request, query)
  throw new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  )
}

function health(context: Context, path: string, response: Http2ServerResponse) {
  const ok = path === '/livez' || context.etcd() !== 'down'
  response.writeHead(ok ? 200 : 500, { 'content-type': 'text/plain' })
  return response.end(ok ? 'ok' : '[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n')
}

async function review(
  user: User,
  plural: string,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
) {
  const body = await readBody(request)
  const status =
    plural === 'selfsubjectreviews'
      ? { userInfo: { username: user.name, groups: user.groups } }
      : { allowed: isAllowed(user) }
  return send(response, 201, { ...Object(body), status })
}

function refusal(user: User, request: Http2ServerRequest, path: string): StatusError {
  const verb = String(request.method).toLowerCase()
  const message = `forbidden: User "${user.name}" cannot ${verb} path "${path}"`
  return new StatusError(403, 'Forbidden', message, {})
}

function isStatus(target: Target): boolean {
  return target.subresource === 'status' && target.resource.status
}

function named(target: Target): Target & { name: string } {
  if (target.name === undefined) throw unknownPath()
  return { ...target, name: target.name }
}

/** A watch of one name is a watch of its collection with a selector. */
function watched(target: Target, query: URLSearchParams): Target {
  if (target.name !== undefined) query.set('fieldSelector', `metadata.name=${target.name}`)
  return { ...target, name: undefined }
}

function send(
  response: Http2ServerResponse,
  code: number,
  body: unknown,
  headers: Record<string, string | string[]> = {},
) {
  const text = JSON.stringify(body)
  response.writeHead(code, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  })
  response.end(text)
}
