export type JsonObject = { [field: string]: unknown }

export type OwnerReference = {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

/** Field ownership as Kubernetes writes it: `f:` fields, `k:` list items by key, `v:` set members, `.` the node itself. */
export type FieldsV1 = { [element: string]: FieldsV1 }

export type ManagedFields = {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  time?: string
  fieldsType: 'FieldsV1'
  fieldsV1: FieldsV1
  subresource?: string
}

export type ObjectMeta = {
  name: string
  namespace?: string
  generateName?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
  managedFields?: ManagedFields[]
}

export type KubeObject = {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: unknown
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path of field names, or undefined where the path leaves the objects. */
export function at(value: unknown, ...path: string[]): unknown {
  let here = value
  for (const field of path) {
    if (!isObject(here)) return undefined
    here = here[field]
  }
  return here
}

/** The objects of a list field; anything that is not one is left out. */
export function objectsAt(value: unknown, ...path: string[]): JsonObject[] {
  const list = at(value, ...path)
  return Array.isArray(list) ? list.filter(isObject) : []
}

/**
 * The object at a path, made where it is missing. Where something else is in the way, that stays for validation to
 * find, and a throw-away object is given.
 */
export function ensureObject(value: JsonObject, ...path: string[]): JsonObject {
  let here = value
  for (const field of path) {
    const next = here[field]
    const object: JsonObject = isObject(next) ? next : {}
    if (next === undefined) here[field] = object
    here = object
  }
  return here
}

/** A copy without the fields that are null: for built-in kinds null means unset. */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutNulls) as T
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([, child]) => child !== null)
  return Object.fromEntries(kept.map(([name, child]) => [name, withoutNulls(child)])) as T
}
