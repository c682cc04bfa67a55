import type { Http2ServerRequest } from 'node:http2'
import { parse } from 'yaml'
import { badRequest, StatusError } from '../registry/status-error.ts'
import { isObject, type KubeObject } from '../types/object.ts'
import { apiVersionOf } from '../types/resource.ts'
import type { Target } from './target.ts'

/** What the real API server accepts at most. */
const limit = 3 * 1024 * 1024

/** The body as a value: JSON, or YAML where the content type says so. Throws 400, 413 or 415. */
export async function readBody(request: Http2ServerRequest): Promise<unknown> {
  const type = contentType(request)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > limit) throw new StatusError(413, 'RequestEntityTooLarge', `limit is ${limit}`)
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString()
  if (text === '') return undefined
  if (text.includes('"__proto__"')) throw badRequest('field __proto__ is not allowed')
  if (!/json|yaml/.test(type) && type !== '') throw unsupported(type)
  return type.includes('yaml') && !text.trimStart().startsWith('{') ? parseYaml(text) : parseJson(text)
}

export function contentType(request: Http2ServerRequest): string {
  return (
    String(request.headers['content-type'] ?? '')
      .split(';')[0]
      ?.trim() ?? ''
  )
}

export function unsupported(type: string): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml (got ${type})`
  return new StatusError(415, 'UnsupportedMediaType', message)
}

/** A body as an object for this target. Throws 400 where kind, name or namespace do not fit. */
export function asObject(target: Target, body: unknown, name = target.name): KubeObject {
  const { resource, namespace } = target
  if (!isObject(body)) throw badRequest('the body is not an object')
  if (typeof body.kind !== 'string' || body.kind === '')
    throw badRequest(`Object 'Kind' is missing in '${printed(body)}'`)
  const apiVersion = apiVersionOf(resource)
  if (body.apiVersion !== apiVersion || body.kind !== resource.kind) {
    throw badRequest(
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: no kind "${body.kind}" is registered for version "${body.apiVersion}"`,
    )
  }
  const metadata = isObject(body.metadata) ? body.metadata : {}
  if (name !== undefined && metadata.name !== undefined && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
  }
  if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  const { namespace: _, ...rest } = metadata
  const identity = { ...rest, name: name ?? rest.name ?? '', ...(namespace ? { namespace } : {}) }
  return { ...body, apiVersion, kind: resource.kind, metadata: identity as KubeObject['metadata'] }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw badRequest(`error decoding the body: ${error instanceof Error ? error.message : error}`)
  }
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 })
  } catch (error) {
    throw badRequest(`error converting YAML to JSON: ${error instanceof Error ? error.message : error}`)
  }
}

function printed(body: unknown): string {
  return JSON.stringify(body).slice(0, 200)
}
