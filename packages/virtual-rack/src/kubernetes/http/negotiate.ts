import { timestamp } from '../clock.ts'
import { StatusError } from '../registry/status-error.ts'
import type { KubeObject } from '../types/object.ts'
import { apiVersionOf, type Resource } from '../types/resource.ts'
import type { Context } from './context.ts'
import { tableColumns, tableRow } from './table.ts'

export type View = 'object' | 'table' | 'metadata'

/** The first form of the Accept header that is served. Throws 406 where none is. */
export function negotiate(accept: string | undefined): View {
  if (!accept) return 'object'
  for (const option of accept.split(',')) {
    const [type = '', ...parameters] = option.split(';').map((part) => part.trim())
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3)
    if (!['application/json', 'application/*', '*/*'].includes(type)) continue
    if (as === undefined) return 'object'
    if (as === 'Table') return 'table'
    if (as.startsWith('PartialObjectMetadata')) return 'metadata'
  }
  throw new StatusError(406, 'NotAcceptable', 'only the following media types are accepted: application/json')
}

/** One object in the asked form. `header` is false where a table's columns are known from before. */
export function viewObject(
  context: Context,
  resource: Resource,
  object: KubeObject,
  view: View,
  header = true,
): unknown {
  if (view === 'table') return table(context, resource, [object], {}, header)
  return view === 'metadata' ? partial(object) : object
}

export function viewList(
  context: Context,
  resource: Resource,
  items: readonly KubeObject[],
  metadata: Record<string, unknown>,
  view: View,
): unknown {
  if (view === 'table') return table(context, resource, items, metadata, true)
  if (view === 'metadata') {
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: items.map(partial),
    }
  }
  // Items of a built-in list carry neither kind nor apiVersion, as the real server leaves them out.
  const plain = items.map(({ kind: _, apiVersion: __, ...item }) => item)
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata,
    items: resource.schema === undefined ? plain : items,
  }
}

function partial(object: KubeObject) {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
}

function table(
  context: Context,
  resource: Resource,
  items: readonly KubeObject[],
  metadata: Record<string, unknown>,
  header: boolean,
) {
  const now = timestamp(context.clock)
  const [first] = items
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata:
      items.length === 1 && first
        ? { resourceVersion: first.metadata.resourceVersion, ...metadata }
        : metadata,
    columnDefinitions: header ? tableColumns(resource) : null,
    rows: items.map((object) => ({ cells: tableRow(resource, object, now), object: partial(object) })),
  }
}
