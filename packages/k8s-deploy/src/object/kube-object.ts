export type Metadata = {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly deletionTimestamp?: string
  readonly finalizers?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

/** Any Kubernetes object. Fields that we do not know are kept and sent as they are. */
export type KubeObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
  readonly [field: string]: unknown
}

export type JsonObject = { readonly [field: string]: unknown }

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path of field names, or undefined where the path ends early. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value
  for (const field of path) {
    if (!isJsonObject(here)) return undefined
    here = here[field]
  }
  return here
}

/** The objects in the list at a path; no list is an empty one. */
export function listAt(value: unknown, ...path: readonly string[]): JsonObject[] {
  const list = at(value, ...path)
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}

/** The text at a path, or an empty one. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const text = at(value, ...path)
  return typeof text === 'string' ? text : ''
}

/** The number at a path, or `otherwise`. */
export function numberAt(value: unknown, path: readonly string[], otherwise = 0): number {
  const number = at(value, ...path)
  return typeof number === 'number' ? number : otherwise
}
