import { isDeepStrictEqual } from 'node:util'
import { isObject } from '../types/object.ts'
import { fieldShape, itemElement, type Shape } from '../types/shape.ts'
import { type FieldSet, leaf, makeNode, union } from './fields-v1.ts'

/** The children of a value under its shape as path element and value, or undefined if it is one leaf. */
export function childrenOf(
  value: unknown,
  shape: Shape,
): Map<string, { value: unknown; shape: Shape }> | undefined {
  if (shape.atomic) return undefined
  if (isObject(value)) {
    const entries = Object.entries(value)
    return new Map(
      entries.map(([name, child]) => [`f:${name}`, { value: child, shape: fieldShape(shape, name) }]),
    )
  }
  if (!Array.isArray(value)) return undefined
  if (shape.set)
    return new Map(value.map((member) => [`v:${JSON.stringify(member)}`, { value: member, shape: {} }]))
  const { keys, items = {} } = shape
  if (!keys) return undefined
  return new Map(value.map((item) => [itemElement(item, keys), { value: item, shape: items }]))
}

/** Every field that a value sets. */
export function fieldSetOf(value: unknown, shape: Shape): FieldSet {
  if (value === undefined) return undefined
  const children = childrenOf(value, shape)
  if (!children) return leaf
  if (children.size === 0) return Array.isArray(value) ? undefined : leaf
  const set: Record<string, NonNullable<FieldSet>> = {}
  for (const [element, child] of children) {
    const below = fieldSetOf(child.value, child.shape)
    const whole = element.startsWith('f:') ? below : union(leaf, below)
    if (whole) set[element] = whole
  }
  return makeNode(false, set)
}

export type Comparison = { changed: FieldSet; removed: FieldSet }

const same: Comparison = { changed: undefined, removed: undefined }

/** What differs from `before` to `after`: fields added or modified, and fields that are gone. */
export function compare(before: unknown, after: unknown, shape: Shape): Comparison {
  if (before === after || isDeepStrictEqual(before, after)) return same
  if (after === undefined) return { changed: undefined, removed: fieldSetOf(before, shape) }
  if (before === undefined) return { changed: fieldSetOf(after, shape), removed: undefined }
  const old = childrenOf(before, shape)
  const now = childrenOf(after, shape)
  if (!old || !now || old.size === 0 || now.size === 0 || Array.isArray(before) !== Array.isArray(after)) {
    const set = fieldSetOf(after, shape)
    return { changed: set, removed: fieldSetOf(before, shape) }
  }
  const changed: Record<string, NonNullable<FieldSet>> = {}
  const removed: Record<string, NonNullable<FieldSet>> = {}
  for (const element of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(element), now.get(element)]
    const child = compare(was?.value, is?.value, (is ?? was)?.shape ?? {})
    const item = !element.startsWith('f:')
    const added = item && !was ? union(leaf, child.changed) : child.changed
    const gone = item && !is ? union(leaf, child.removed) : child.removed
    if (added) changed[element] = added
    if (gone) removed[element] = gone
  }
  return { changed: makeNode(false, changed), removed: makeNode(false, removed) }
}
