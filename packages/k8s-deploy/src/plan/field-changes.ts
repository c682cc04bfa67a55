import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject, type KubeObject } from '../object/kube-object.ts'
import type { FieldChange } from './deploy-plan.ts'

const redacted = '‹redacted›'

/** What the server counts or records itself. */
const ignored = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'uid',
  'selfLink',
])
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** The fields in which an object will differ from the live one, without status and bookkeeping. */
export function fieldChanges(live: KubeObject, planned: KubeObject): FieldChange[] {
  const changes = compare('', comparable(live), comparable(planned))
  return live.kind === 'Secret' ? changes.map(masked) : changes
}

function comparable({ status: _, metadata, ...object }: KubeObject): JsonObject {
  const kept = Object.entries(metadata).filter(([field]) => !ignored.has(field))
  return { ...object, metadata: Object.fromEntries(kept) }
}

function compare(path: string, before: unknown, after: unknown): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return []
  if (isJsonObject(before) && isJsonObject(after)) return compareEntries(path, before, after, step)
  if (Array.isArray(before) && Array.isArray(after)) {
    const [byName, byNameAfter] = [named(before), named(after)]
    if (byName && byNameAfter) {
      const changes = compareEntries(path, byName, byNameAfter, (key) => `[${key}]`)
      // The same items in another order.
      if (changes.length > 0) return changes
    } else return compareEntries(path, { ...before }, { ...after }, (key) => `[${key}]`)
  }
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}

function compareEntries(path: string, before: JsonObject, after: JsonObject, label: (key: string) => string) {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => {
    const here = label(key)
    const joint = path === '' || here.startsWith('[') ? '' : '.'
    return compare(`${path}${joint}${here}`, before[key], after[key])
  })
}

function step(key: string): string {
  return /^[\w-]+$/.test(key) ? key : `[${JSON.stringify(key)}]`
}

/** A list by the names of its items, if all have one of their own: containers, ports, variables. */
function named(list: readonly unknown[]): JsonObject | undefined {
  const names = list.map((item) =>
    isJsonObject(item) && typeof item.name === 'string' ? item.name : undefined,
  )
  if (list.length === 0 || names.includes(undefined) || new Set(names).size < names.length) return undefined
  return Object.fromEntries(list.map((item, index) => [names[index], item]))
}

function masked(change: FieldChange): FieldChange {
  const isSecret = /^(data|stringData)\b/.test(change.path) || change.path.includes(lastApplied)
  const holdsLastApplied = change.path === 'metadata.annotations'
  if (!isSecret && !holdsLastApplied) return change
  return {
    path: change.path,
    ...('before' in change ? { before: redacted } : {}),
    ...('after' in change ? { after: redacted } : {}),
  }
}
