import { StatusError } from '../registry/status-error.ts'
import {
  type FieldsV1,
  isObject,
  type JsonObject,
  type KubeObject,
  type ManagedFields,
} from '../types/object.ts'
import type { Shape } from '../types/shape.ts'
import { compare, fieldSetOf } from './field-set.ts'
import { type FieldSet, intersect, pathsOf, sorted, subtract, union, withoutRoot } from './fields-v1.ts'
import { mergeApplied } from './merge.ts'
import { removeFields } from './remove-fields.ts'

/** Who writes: a field manager, the version it speaks, and the subresource it writes through. */
export type Actor = { manager: string; apiVersion: string; subresource?: string | undefined; time: string }

const system = new Set([
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
])

/** What of an object can be owned: all but its identity and what the server keeps in its metadata. */
export function ownable(object: KubeObject): JsonObject {
  const { apiVersion: _, kind: __, metadata, ...rest } = object
  const kept = Object.entries(metadata).filter(([name]) => !system.has(name))
  return kept.length === 0 ? rest : { metadata: Object.fromEntries(kept), ...rest }
}

/** Ownership after a plain write: what changed belongs to the writer alone, what is gone to nobody. */
export function afterUpdate(
  live: KubeObject | undefined,
  next: KubeObject,
  managers: readonly ManagedFields[],
  actor: Actor,
  shape: Shape,
): ManagedFields[] {
  const difference = compare(live ? ownable(live) : {}, ownable(next), shape)
  const changed = withoutRoot(difference.changed)
  const removed = withoutRoot(difference.removed)
  if (!changed && !removed) return [...managers]
  const touched = union(changed, removed)
  const own = managers.find((entry) => isActor(entry, actor, 'Update'))
  const fields = union(subtract(own?.fieldsV1, removed), changed)
  const mine = fields ? [entryOf(actor, 'Update', fields)] : []
  return inPlace(managers, own, mine, (entry) => subtract(entry.fieldsV1, touched))
}

/**
 * Server-side apply of a configuration: the merged object and its managers.
 *
 * Throws a 409 `StatusError` with one cause per field that another manager holds with another value, unless forced.
 */
export function applyConfiguration(
  live: KubeObject | undefined,
  config: KubeObject,
  actor: Actor,
  shape: Shape,
  force: boolean,
): { object: KubeObject; managers: ManagedFields[] } {
  const before = live ? ownable(live) : {}
  const managers = live?.metadata.managedFields ?? []
  const own = managers.find((entry) => isActor(entry, actor, 'Apply'))
  const others = managers.filter((entry) => entry !== own)
  const wanted = withoutRoot(fieldSetOf(ownable(config), shape))
  const kept = others.reduce<FieldSet>((set, entry) => union(set, entry.fieldsV1), wanted)
  const merged = mergeApplied(before, ownable(config), shape)
  const after = removeFields(merged, subtract(own?.fieldsV1, wanted), kept, shape)

  const changed = withoutRoot(compare(before, after, shape).changed)
  const mine = wanted ? [entryOf(actor, 'Apply', wanted)] : []
  const taken = intersect(changed, wanted)
  const conflicts = others.flatMap((entry) => {
    const set = intersect(entry.fieldsV1, taken)
    return set ? [{ entry, set }] : []
  })
  if (conflicts.length > 0 && !force) throw conflictError(conflicts)

  return {
    object: withIdentity(live ?? config, after),
    managers: inPlace(managers, own, mine, (entry) => subtract(entry.fieldsV1, taken)),
  }
}

/** Two lists of managers that own the same, whatever their times. */
export function sameOwnership(a: readonly ManagedFields[], b: readonly ManagedFields[]): boolean {
  const print = (list: readonly ManagedFields[]) =>
    JSON.stringify(list.map(({ time: _, ...entry }) => ({ ...entry, fieldsV1: sorted(entry.fieldsV1) })))
  return print(a) === print(b)
}

function withIdentity(identity: KubeObject, content: unknown): KubeObject {
  const rest = isObject(content) ? content : {}
  const kept = Object.entries(identity.metadata).filter(([name]) => system.has(name))
  const owned = isObject(rest.metadata) ? rest.metadata : {}
  return {
    apiVersion: identity.apiVersion,
    kind: identity.kind,
    ...rest,
    metadata: { ...Object.fromEntries(kept), ...owned } as KubeObject['metadata'],
  }
}

function isActor(entry: ManagedFields, actor: Actor, operation: ManagedFields['operation']): boolean {
  return (
    entry.manager === actor.manager &&
    entry.operation === operation &&
    entry.subresource === actor.subresource
  )
}

/** The managers with the actor's entry where it was (or at the end), and the others without what they lost. */
function inPlace(
  managers: readonly ManagedFields[],
  own: ManagedFields | undefined,
  mine: readonly ManagedFields[],
  left: (entry: ManagedFields) => FieldSet,
): ManagedFields[] {
  const kept = managers.flatMap((entry) => {
    if (entry === own) return mine
    const fields = left(entry)
    return fields ? [{ ...entry, fieldsV1: fields }] : []
  })
  return own ? kept : [...kept, ...mine]
}

function entryOf(actor: Actor, operation: ManagedFields['operation'], fields: FieldsV1): ManagedFields {
  return {
    manager: actor.manager,
    operation,
    apiVersion: actor.apiVersion,
    time: actor.time,
    fieldsType: 'FieldsV1',
    fieldsV1: sorted(fields),
    ...(actor.subresource ? { subresource: actor.subresource } : {}),
  }
}

function conflictError(conflicts: readonly { entry: ManagedFields; set: FieldsV1 }[]): StatusError {
  const all = conflicts.flatMap(({ entry, set }) =>
    pathsOf(set).map((field) => ({ who: named(entry), field })),
  )
  const causes = all.map(({ who, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${who}`,
    field,
  }))
  const [first] = all
  const text =
    all.length === 1 && first
      ? `conflict with ${first.who}: ${first.field}`
      : conflicts
          .flatMap(({ entry, set }) => [
            `conflicts with ${named(entry)}:`,
            ...pathsOf(set).map((path) => `- ${path}`),
          ])
          .join('\n')
  const count = `${all.length} conflict${all.length === 1 ? '' : 's'}`
  return new StatusError(409, 'Conflict', `Apply failed with ${count}: ${text}`, { causes })
}

function named(entry: ManagedFields): string {
  const through = entry.subresource ? ` with subresource ${JSON.stringify(entry.subresource)}` : ''
  const name = JSON.stringify(entry.manager) + through
  if (entry.operation === 'Apply') return name
  return `${name} using ${entry.apiVersion}${entry.time ? ` at ${entry.time}` : ''}`
}
