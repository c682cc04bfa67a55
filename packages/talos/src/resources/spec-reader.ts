import { parse } from 'yaml'

/** A spec as YAML with every scalar left as text, so that a serial number `0123` or `1e5` stays what it is. */
export type Spec = unknown

export function parseSpec(yaml: string): Spec {
  return parse(yaml, { schema: 'failsafe', maxAliasCount: 100, logLevel: 'error' })
}

export function at(spec: Spec, ...path: readonly string[]): Spec {
  return path.reduce<Spec>(
    (inner, key) =>
      inner !== null && typeof inner === 'object' ? (inner as Record<string, Spec>)[key] : undefined,
    spec,
  )
}

export function textAt(spec: Spec, ...path: readonly string[]): string {
  const value = at(spec, ...path)
  return typeof value === 'string' ? value : ''
}

export function numberAt(spec: Spec, ...path: readonly string[]): number {
  const value = Number(textAt(spec, ...path))
  return Number.isFinite(value) ? value : 0
}

export function flagAt(spec: Spec, ...path: readonly string[]): boolean {
  return textAt(spec, ...path) === 'true'
}

export function listAt(spec: Spec, ...path: readonly string[]): readonly Spec[] {
  const value = at(spec, ...path)
  return Array.isArray(value) ? value : []
}

export function textsAt(spec: Spec, ...path: readonly string[]): string[] {
  return listAt(spec, ...path).filter((each) => typeof each === 'string')
}
