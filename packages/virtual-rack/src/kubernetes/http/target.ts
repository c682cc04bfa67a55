import { unknownPath } from '../registry/status-error.ts'
import type { Catalogue } from '../types/catalogue.ts'
import type { Resource } from '../types/resource.ts'

/** What a resource path addresses. */
export type Target = {
  readonly resource: Resource
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly subresource?: string | undefined
}

/** Reads `/api/v1/…` and `/apis/GROUP/VERSION/…`. Throws 404 for a resource that is not served. */
export function parseTarget(catalogue: Catalogue, path: string): Target {
  const parts = path.split('/').slice(1).map(decode)
  const core = parts[0] === 'api'
  const [group = '', version = ''] = core ? ['', parts[1]] : [parts[1], parts[2]]
  const rest = parts.slice(core ? 2 : 3)
  const own = rest[0] === 'namespaces' && (rest.length < 3 || (core && isNamespaceSubresource(rest)))
  const namespaced = rest[0] === 'namespaces' && !own
  const [plural = '', name, subresource, extra] = namespaced ? rest.slice(2) : rest
  const resource = catalogue.find(group, version, plural)
  if (!resource || extra !== undefined || resource.namespaced !== namespaced) {
    const all = resource?.namespaced && !namespaced && name === undefined
    if (!resource || !all) throw unknownPath()
  }
  return { resource, name, subresource, ...(namespaced ? { namespace: rest[1] } : {}) }
}

/** `namespaces/x/status` is about the namespace, `namespaces/x/pods` about what is in it. */
function isNamespaceSubresource(rest: readonly string[]): boolean {
  return rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize')
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw unknownPath()
  }
}
