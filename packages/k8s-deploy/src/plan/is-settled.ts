import { isDeepStrictEqual } from 'node:util'
import { fieldManager } from '../apply/apply-object.ts'
import { isJsonObject, type JsonObject, type KubeObject, listAt } from '../object/kube-object.ts'

/**
 * Whether applying an object would surely change nothing: we own exactly the fields that it declares, and they have
 * the values that it declares. Told from the live object's managedFields (fieldsV1 of Kubernetes 1.36), without
 * asking the API server. `false` where that is not certain: then it has to be asked.
 */
export function isSettled(declared: KubeObject, live: KubeObject): boolean {
  const own = listAt(live, 'metadata', 'managedFields').filter(
    ({ manager, operation, subresource }) =>
      manager === fieldManager && operation === 'Apply' && !subresource,
  )
  const [entry] = own
  if (!entry || own.length > 1 || entry.apiVersion !== declared.apiVersion) return false
  const { apiVersion: _, kind: __, metadata, ...content } = declared
  const { name: ___, namespace: ____, ...named } = metadata
  const fields = isJsonObject(entry.fieldsV1) ? entry.fieldsV1 : {}
  return matches(fields, { ...content, ...(Object.keys(named).length > 0 ? { metadata: named } : {}) }, live)
}

function matches(fields: unknown, declared: unknown, live: unknown): boolean {
  if (!isJsonObject(fields) || declared === null) return false
  const owned = Object.keys(fields).filter((key) => key !== '.')
  // A value that is owned as a whole.
  if (owned.length === 0) return isDeepStrictEqual(declared, live)
  if (isJsonObject(declared) && isJsonObject(live)) return matchFields(fields, owned, declared, live)
  if (Array.isArray(declared) && Array.isArray(live)) return matchItems(fields, owned, declared, live)
  return false
}

function matchFields(fields: JsonObject, owned: readonly string[], declared: JsonObject, live: JsonObject) {
  const names = Object.keys(declared)
  return (
    names.length === owned.length &&
    names.every((name) => matches(fields[`f:${name}`], declared[name], live[name]))
  )
}

/** Items of a list that is merged by keys (`k:{"name":"web"}`): one of each, in the order of the live ones. */
function matchItems(
  fields: JsonObject,
  owned: readonly string[],
  declared: readonly unknown[],
  live: readonly unknown[],
): boolean {
  if (declared.length !== owned.length || !owned.every((key) => key.startsWith('k:'))) return false
  const keys = owned.map((key) => ({ key, by: Object.entries(JSON.parse(key.slice(2)) as JsonObject) }))
  let last = -1
  return declared.every((item) => {
    // A key with a default may be left out.
    const found = keys.filter(
      ({ by }) =>
        isJsonObject(item) && by.every(([name, value]) => item[name] === value || item[name] === undefined),
    )
    const [only] = found
    if (!only || found.length > 1) return false
    const index = live.findIndex(
      (other) => isJsonObject(other) && only.by.every(([name, value]) => other[name] === value),
    )
    const isInOrder = index > last
    last = index
    return isInOrder && matches(fields[only.key], item, live[index])
  })
}
