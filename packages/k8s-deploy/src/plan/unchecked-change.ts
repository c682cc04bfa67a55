import { faultsOf } from '@homerack/errors'
import { isJsonObject, type JsonObject, type KubeObject, textAt } from '../object/kube-object.ts'
import { groupKindOf, refOf } from '../object/object-ref.ts'
import type { Change, Unchecked } from './deploy-plan.ts'
import { fieldChanges } from './field-changes.ts'
import { customResourceDefinition } from './planned-kinds.ts'

/** What will happen to an object that the API server cannot try out yet, as far as it can be told without it. */
export function uncheckedChange(
  object: KubeObject,
  live: KubeObject | undefined,
  unchecked: Unchecked,
): Change {
  const change = { ref: refOf(object), object: () => object, unchecked }
  if (!live) return { kind: 'create', ...change }
  return { kind: 'change', ...change, fields: fieldChanges(live, overlaid(live, object) as KubeObject) }
}

/** The kinds, as `Lamp.example.org`, whose definitions change. */
export function redefinedKinds(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(
    changes
      .filter((change) => change.kind === 'change')
      .filter(({ ref }) => groupKindOf(ref) === customResourceDefinition)
      .map(
        ({ object }) => `${textAt(object(), 'spec', 'names', 'kind')}.${textAt(object(), 'spec', 'group')}`,
      ),
  )
}

/** Whether the API server refuses an object for what it is like, and would not with another definition of its kind. */
export function isMisfit(error: unknown): boolean {
  return faultsOf(error)?.some(({ code }) => code === 'E_OBJECT_INVALID') ?? false
}

function overlaid(live: unknown, declared: unknown): unknown {
  if (!isJsonObject(live) || !isJsonObject(declared)) return declared
  const entries = Object.entries(declared).map(([field, value]) => [field, overlaid(live[field], value)])
  return { ...live, ...(Object.fromEntries(entries) as JsonObject) }
}
