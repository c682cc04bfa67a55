import type { FieldsV1 } from '../types/object.ts'

/**
 * Sets of field paths in the form of `fieldsV1`: a tree whose node is itself a member if it is a leaf or has a
 * `.` child. The empty set is undefined.
 */
export type FieldSet = FieldsV1 | undefined

export const leaf: FieldsV1 = {}

export function isMember(node: FieldsV1): boolean {
  return '.' in node || isLeaf(node)
}

export function isLeaf(node: FieldsV1): boolean {
  for (const _ in node) return false
  return true
}

/** A node from its membership and children; undefined if it would hold no path at all. */
export function makeNode(member: boolean, children: FieldsV1): FieldSet {
  if (isLeaf(children)) return member ? leaf : undefined
  return member ? { '.': leaf, ...children } : children
}

/** A set without its root: an object as a whole belongs to nobody. */
export function withoutRoot(set: FieldSet): FieldSet {
  if (!set) return undefined
  const { '.': _, ...children } = set
  return isLeaf(children) ? undefined : children
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (!a || !b) return a ?? b
  const children: FieldsV1 = {}
  for (const element of elements(a, b)) {
    const merged = union(a[element], b[element])
    if (merged) children[element] = merged
  }
  return makeNode(isMember(a) || isMember(b), children)
}

/** The paths of `a` that are not in `b`. */
export function subtract(a: FieldSet, b: FieldSet): FieldSet {
  if (!a || !b) return a
  const children: FieldsV1 = {}
  for (const element of elements(a)) {
    const rest = subtract(a[element], b[element])
    if (rest) children[element] = rest
  }
  return makeNode(isMember(a) && !isMember(b), children)
}

export function intersect(a: FieldSet, b: FieldSet): FieldSet {
  if (!a || !b) return undefined
  const children: FieldsV1 = {}
  for (const element of elements(a)) {
    const common = intersect(a[element], b[element])
    if (common) children[element] = common
  }
  return makeNode(isMember(a) && isMember(b), children)
}

/** Every path, written as conflicts show them: `.spec.containers[name="app"].image`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  if (!set) return []
  const here = prefix !== '' && isMember(set) ? [prefix] : []
  const below = elements(set).flatMap((element) => pathsOf(set[element], prefix + describe(element)))
  return [...here, ...below]
}

/** The same set with its keys in order, so that equal sets print equally. */
export function sorted(set: FieldsV1): FieldsV1 {
  const entries = Object.entries(set).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([element, child]) => [element, sorted(child)]))
}

export function elements(...sets: FieldsV1[]): string[] {
  const all = new Set(sets.flatMap((set) => Object.keys(set)))
  all.delete('.')
  return [...all]
}

function describe(element: string): string {
  const content = element.slice(2)
  if (element.startsWith('f:')) return `.${content}`
  if (element.startsWith('v:')) return `[=${content}]`
  if (!element.startsWith('k:')) return `[${content}]`
  const keys = Object.entries(JSON.parse(content) as Record<string, unknown>)
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
}
