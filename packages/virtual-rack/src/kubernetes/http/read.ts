import { served } from '../registry/registry.ts'
import { badRequest, expired } from '../registry/status-error.ts'
import type { KubeObject } from '../types/object.ts'
import { keyOf } from '../types/resource.ts'
import type { Context } from './context.ts'
import { type View, viewList, viewObject } from './negotiate.ts'
import { fieldSelector, labelSelector } from './selectors.ts'
import type { Target } from './target.ts'

/** GET of one object or of a collection. */
export function read(context: Context, target: Target, query: URLSearchParams, view: View): unknown {
  const { resource, namespace, name } = target
  if (name !== undefined) {
    return viewObject(context, resource, context.registry.get(resource, namespace, name), view)
  }
  return list(context, target, query, view)
}

/** The objects of a collection that a query selects. */
export function select(context: Context, target: Target, query: URLSearchParams): KubeObject[] {
  const matches = selection(target, query)
  return context.store
    .list(keyOf(target.resource), target.namespace)
    .map((object) => served(target.resource, object))
    .filter(matches)
}

export function selection(target: Target, query: URLSearchParams): (object: KubeObject) => boolean {
  const byLabel = labelSelector(query.get('labelSelector'))
  const byField = fieldSelector(target.resource, query.get('fieldSelector'))
  return (object) => byLabel(object.metadata.labels) && byField(object)
}

function list(context: Context, target: Target, query: URLSearchParams, view: View): unknown {
  const from = continuation(context, query.get('continue'))
  const limit = Number(query.get('limit') ?? 0)
  const all = select(context, target, query).filter(
    (object) => from === undefined || placeOf(object) > from.after,
  )
  const revision = from?.revision ?? context.store.revision()
  const page = limit > 0 ? all.slice(0, limit) : all
  const last = page.at(-1)
  const rest = all.length - page.length
  const metadata = {
    resourceVersion: String(revision),
    ...(rest > 0 && last
      ? { continue: token({ revision, after: placeOf(last) }), remainingItemCount: rest }
      : {}),
  }
  return viewList(context, target.resource, page, metadata, view)
}

type Continuation = { revision: number; after: string }

function continuation(context: Context, text: string | null): Continuation | undefined {
  if (!text) return undefined
  const { revision, after } = parseToken(text)
  if (revision < context.store.oldest()) {
    throw expired('The provided continue parameter is too old to display a consistent list result.')
  }
  return { revision, after }
}

function parseToken(text: string): Continuation {
  try {
    const { rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (Number.isInteger(rv) && typeof start === 'string') return { revision: rv, after: start }
  } catch {
    // falls through: whatever it was, it is no token of ours
  }
  throw badRequest('continue key is not valid')
}

function token({ revision, after }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: after })).toString(
    'base64url',
  )
}

function placeOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`
}
