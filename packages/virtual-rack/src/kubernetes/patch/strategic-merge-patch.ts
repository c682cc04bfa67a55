import { isDeepStrictEqual } from 'node:util'
import { isObject, type JsonObject } from '../types/object.ts'
import { fieldShape, type Shape } from '../types/shape.ts'

/**
 * Strategic merge patch: like a merge patch, but lists that are maps merge by their first key, and directives
 * (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) say what merging cannot.
 */
export function strategicMergePatch(target: unknown, patch: unknown, shape: Shape): unknown {
  if (!isObject(patch)) return structuredClone(patch)
  if (patch.$patch === 'delete') return undefined
  const base: JsonObject = isObject(target) && patch.$patch !== 'replace' ? { ...target } : {}
  const retained = patch.$retainKeys
  if (Array.isArray(retained)) {
    for (const name of Object.keys(base)) if (!retained.includes(name)) delete base[name]
  }
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith('$')) continue
    const merged = value === null ? undefined : mergeField(base[name], value, fieldShape(shape, name))
    if (merged === undefined) delete base[name]
    else base[name] = merged
  }
  return listDirectives(base, patch, shape)
}

function mergeField(live: unknown, patch: unknown, shape: Shape): unknown {
  if (isObject(patch)) return strategicMergePatch(live, patch, shape)
  if (!Array.isArray(patch)) return patch
  const before = Array.isArray(live) ? live : []
  if (shape.set) return [...before, ...patch.filter((member) => !before.includes(member))]
  const key = shape.keys?.[0]?.field
  if (key === undefined) return structuredClone(patch)
  if (patch.some((item) => isObject(item) && item.$patch === 'replace')) {
    return patch.filter((item) => !(isObject(item) && item.$patch === 'replace'))
  }
  return mergeItems(before, patch, key, shape.items ?? {})
}

function mergeItems(
  before: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  shape: Shape,
): unknown[] {
  const merged = [...before]
  for (const item of patch) {
    const at = merged.findIndex(
      (old) => isObject(old) && isObject(item) && isDeepStrictEqual(old[key], item[key]),
    )
    const value = strategicMergePatch(at < 0 ? undefined : merged[at], item, shape)
    if (value === undefined && at >= 0) merged.splice(at, 1)
    else if (value !== undefined && at >= 0) merged[at] = value
    else if (value !== undefined) merged.push(value)
  }
  return merged
}

function listDirectives(base: JsonObject, patch: JsonObject, shape: Shape): JsonObject {
  for (const [directive, value] of Object.entries(patch)) {
    const [verb, name] = directive.split('/')
    const list = name === undefined ? undefined : base[name]
    if (name === undefined || !Array.isArray(list) || !Array.isArray(value)) continue
    if (verb === '$deleteFromPrimitiveList') base[name] = list.filter((member) => !value.includes(member))
    if (verb === '$setElementOrder') base[name] = inOrder(list, value, fieldShape(shape, name))
  }
  return base
}

/** The items in the wanted order; those it does not name stay behind the others. */
function inOrder(list: readonly unknown[], order: readonly unknown[], shape: Shape): unknown[] {
  const key = shape.keys?.[0]?.field
  const identify = (item: unknown) => JSON.stringify(key !== undefined && isObject(item) ? item[key] : item)
  const ranks = new Map(order.map((item, rank) => [identify(item), rank]))
  const rank = (item: unknown) => ranks.get(identify(item)) ?? order.length
  return [...list].sort((a, b) => rank(a) - rank(b))
}
