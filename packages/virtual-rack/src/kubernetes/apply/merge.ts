import { isObject, type JsonObject, withoutNulls } from '../types/object.ts'
import { fieldShape, itemElement, type Shape } from '../types/shape.ts'

/** `live` with the fields of an applied configuration laid over it. A null in the configuration clears its field. */
export function mergeApplied(live: unknown, config: unknown, shape: Shape): unknown {
  if (config === undefined) return live
  if (config === null) return undefined
  if (shape.atomic) return withoutNulls(config)
  if (isObject(config)) return mergeObjects(isObject(live) ? live : {}, config, shape)
  if (!Array.isArray(config)) return config
  const before = Array.isArray(live) ? live : []
  if (shape.set) return mergeLists(before, config, JSON.stringify, (_, item) => item)
  const { keys, items = {} } = shape
  if (!keys) return withoutNulls(config)
  const identify = (item: unknown) => itemElement(item, keys)
  return mergeLists(before, config, identify, (old, item) => mergeApplied(old, item, items))
}

function mergeObjects(live: JsonObject, config: JsonObject, shape: Shape): JsonObject {
  const merged = { ...live }
  for (const [name, value] of Object.entries(config)) {
    const child = mergeApplied(live[name], value, fieldShape(shape, name))
    if (child === undefined) delete merged[name]
    else merged[name] = child
  }
  return merged
}

/** Keeps the order of the applied items; items that only live has stay where they are between them. */
function mergeLists(
  live: readonly unknown[],
  config: readonly unknown[],
  identify: (item: unknown) => string,
  merge: (live: unknown, config: unknown) => unknown,
): unknown[] {
  const before = new Map(live.map((item) => [identify(item), item]))
  const wanted = new Set(config.map(identify))
  const merged: unknown[] = []
  let next = 0
  for (const item of config) {
    while (next < live.length && !wanted.has(identify(live[next]))) merged.push(live[next++])
    merged.push(merge(before.get(identify(item)), item))
    if (next < live.length && identify(live[next]) === identify(item)) next += 1
  }
  for (const item of live.slice(next)) if (!wanted.has(identify(item))) merged.push(item)
  return merged
}
