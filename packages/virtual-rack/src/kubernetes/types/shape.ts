import { isObject, type JsonObject } from './object.ts'

/** A key of a list that is a map: a field name, with the default that stands in when an item leaves it out. */
export type ListKey = { readonly field: string; readonly fallback?: string }

/**
 * How a value merges under server-side apply. Where a shape says nothing, objects merge field by field and lists
 * are replaced as a whole.
 */
export type Shape = {
  readonly atomic?: boolean
  /** The list is a map with these keys. */
  readonly keys?: readonly ListKey[]
  /** The list is a set of scalars. */
  readonly set?: boolean
  readonly fields?: Readonly<Record<string, Shape>>
  /** Values of a map whose keys are free. */
  readonly values?: Shape
  /** Items of a list that is a map. */
  readonly items?: Shape
}

export const plain: Shape = {}
export const atomic: Shape = { atomic: true }
export const set: Shape = { set: true }

/** A list that is a map. Keys are written `name` or `name=default`. */
export function listMap(keys: readonly string[], items: Shape = plain): Shape {
  return { keys: keys.map(listKey), items }
}

export function fields(table: Readonly<Record<string, Shape>>): Shape {
  return { fields: table }
}

export function fieldShape(shape: Shape, name: string): Shape {
  return shape.fields?.[name] ?? shape.values ?? plain
}

/** The fieldsV1 path element of an item of a list that is a map: `k:` and its keys, sorted, as JSON. */
export function itemElement(item: unknown, keys: readonly ListKey[]): string {
  const found: JsonObject = {}
  const names = keys.map((key) => key.field).sort()
  for (const name of names) {
    const value = isObject(item) ? item[name] : undefined
    const key = keys.find((candidate) => candidate.field === name)
    found[name] = value ?? key?.fallback ?? null
  }
  return `k:${JSON.stringify(found)}`
}

/** The shape that a structural schema of a custom resource asks for. */
export function shapeOfSchema(schema: unknown): Shape {
  if (!isObject(schema)) return plain
  if (schema['x-kubernetes-map-type'] === 'atomic') return atomic
  const listType = schema['x-kubernetes-list-type']
  if (listType === 'set') return set
  if (listType === 'map') {
    const keys = schema['x-kubernetes-list-map-keys']
    return listMap(Array.isArray(keys) ? keys.map(String) : [], shapeOfSchema(schema.items))
  }
  const table = Object.entries(isObject(schema.properties) ? schema.properties : {})
  return {
    fields: Object.fromEntries(table.map(([name, property]) => [name, shapeOfSchema(property)])),
    ...(isObject(schema.additionalProperties) ? { values: shapeOfSchema(schema.additionalProperties) } : {}),
  }
}

function listKey(text: string): ListKey {
  const [field = text, fallback] = text.split('=')
  return fallback === undefined ? { field } : { field, fallback }
}
