import type { Shape } from './shape.ts'

/** One kind in one version, as it is served. */
export type Resource = {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  /** Has a `status` subresource. */
  readonly status: boolean
  readonly scale: boolean
  /** `metadata.generation` counts changes of the spec. */
  readonly generation: boolean
  readonly shape: Shape
  /** Top-level fields beside apiVersion, kind and metadata; unset: not checked. */
  readonly topFields?: readonly string[]
  /** The structural schema of a custom resource. */
  readonly schema?: unknown
  /** Printer columns of a custom resource. */
  readonly columns?: readonly unknown[]
}

/** The name that stays the same over versions: `deployments.apps`, `pods`. */
export function keyOf(resource: Pick<Resource, 'group' | 'plural'>): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
}

export function apiVersionOf(resource: Pick<Resource, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
}
