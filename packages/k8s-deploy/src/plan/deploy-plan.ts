import type { Fault, Place } from '@homerack/errors'
import type { KubeObject } from '../object/kube-object.ts'
import type { ObjectRef } from '../object/object-ref.ts'

/**
 * One field that differs. Unset `before`: it is added; unset `after`: it is removed. Values of Secrets are
 * `‹redacted›` here already.
 */
export type FieldChange = { readonly path: string; readonly before?: unknown; readonly after?: unknown }

/** A field that another field manager owns and gives another value. */
export type FieldConflict = { readonly path: string; readonly manager: string }

type Subject = {
  readonly ref: ObjectRef
  /** Where it is declared; unset for what is not declared in a file. */
  readonly origin?: Place
  /** What has to be ready before this is applied. */
  readonly after?: readonly ObjectRef[]
}

/** Why the API server could not try an object out: the plan makes its namespace, or makes or changes its kind. */
export type Unchecked = 'namespace' | 'definition'

/** What is sent. A function, so that a plan can be printed without the values of Secrets. */
type Written = { readonly object: () => KubeObject; readonly unchecked?: Unchecked }

export type Change =
  | (Subject & Written & { readonly kind: 'create' })
  | (Subject & Written & { readonly kind: 'change'; readonly fields: readonly FieldChange[] })
  | (Subject & { readonly kind: 'unchanged' })
  /** Not declared any more: it is deleted. */
  | (Subject & { readonly kind: 'prune'; readonly uid: string })
  /** Fields belong to others: nothing is applied. */
  | (Subject & { readonly kind: 'conflict'; readonly conflicts: readonly FieldConflict[] })
  /** It would have to be deleted and made anew: nothing is applied. */
  | (Subject & { readonly kind: 'replace'; readonly reason: string })

export type DeployPlan = {
  readonly name: string
  readonly namespace: string
  /** In the order in which they are applied. */
  readonly changes: readonly Change[]
  /** Not declared any more, but not deleted without consent: volumes, namespaces, definitions of kinds. */
  readonly kept: readonly ObjectRef[]
  readonly summary: Readonly<Record<Change['kind'], number>>
  /** Nothing to do: every change is `unchanged`. */
  readonly empty: boolean
  /** Whether fields of other managers are taken over. */
  readonly force: boolean
  /** What promises availability without keeping it everywhere, and the like: shown, but no reason to stop. */
  readonly warnings: readonly Fault[]
  /** Whether the service has to stay available while this is rolled out. */
  readonly available?: 'always'
  /** Everything that was declared, for the history. */
  readonly declared: () => readonly KubeObject[]
  /** Number of the newest revision that the cluster kept when this plan was made; 0 for none. */
  readonly revision: number
  readonly applySet: {
    readonly id: string
    readonly parent: ObjectRef
    /** The parent while the set changes; unset where it can stay as it is until the end. */
    readonly widened?: () => KubeObject
  }
}

export function summarize(changes: readonly Change[]): DeployPlan['summary'] {
  const count = (kind: Change['kind']) => changes.filter((change) => change.kind === kind).length
  return {
    create: count('create'),
    change: count('change'),
    unchanged: count('unchanged'),
    prune: count('prune'),
    conflict: count('conflict'),
    replace: count('replace'),
  }
}
