import { groupKindOf, type ObjectRef } from '../object/object-ref.ts'
import { customResourceDefinition } from './planned-kinds.ts'

const precious = new Set(['PersistentVolumeClaim', 'Namespace', customResourceDefinition])

/** Kinds that take data, or whole groups of other objects, with them: not deleted without consent for each. */
export function isPrecious(object: Pick<ObjectRef, 'apiVersion' | 'kind'>): boolean {
  return precious.has(groupKindOf(object))
}
