import { isMap, isScalar, isSeq, Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import { keyText, type SopsFormat, scalarOf } from './document.ts'
import {
  isList,
  isMapping,
  nodeOf,
  type SopsInput,
  sameValue,
  typedInput,
  type Values,
  visibleItems,
} from './sops-tree.ts'
import { typedValue } from './typed-value.ts'

/** What the value at a path becomes; undefined removes it. The empty path is the whole document. */
export type SopsChange = {
  readonly path: readonly (string | number)[]
  readonly value: SopsInput | undefined
}

/** A document being changed: what its scalars mean, which of them are new, and if it has to be laid out anew. */
export type Edit = {
  readonly values: Values
  readonly changed: Set<Scalar>
  readonly format: SopsFormat
  reshaped: boolean
}

/** A place in a mapping or list that may hold a node. */
type Slot = {
  readonly node: unknown
  readonly replace: (node: ReturnType<typeof nodeOf>) => void
  readonly remove: () => void
}

/** Applies one change. Throws TypeError for a path that the document cannot have. */
export function editDocument(edit: Edit, root: YAMLMap, { path, value }: SopsChange): void {
  const top = isMapping(value) && path.length === 0 ? Object.keys(value) : path.slice(0, 1)
  if (top.includes('sops')) throw new TypeError('the top-level key sops belongs to SOPS')
  if (path.length > 0) editBelow(edit, root, path, value)
  else if (isMapping(value)) putMapping(edit, root, value)
  else throw new TypeError('a whole SOPS document can only become a mapping')
}

function editBelow(
  edit: Edit,
  parent: YAMLMap | YAMLSeq,
  [key = '', ...rest]: SopsChange['path'],
  value: SopsChange['value'],
): void {
  const slot = slotOf(edit, parent, key)
  if (rest.length === 0) put(edit, slot, value)
  else if (isMap(slot.node) || isSeq(slot.node)) editBelow(edit, slot.node, rest, value)
  else if (value !== undefined) put(edit, slot, rest.reduceRight<SopsInput>(wrap, value))
}

function wrap(inner: SopsInput, key: string | number): SopsInput {
  return typeof key === 'number' ? [inner] : { [key]: inner }
}

function slotOf(edit: Edit, parent: YAMLMap | YAMLSeq, key: string | number): Slot {
  return isMap(parent) ? slotInMap(edit, parent, String(key)) : slotInList(edit, parent, key)
}

function slotInMap(edit: Edit, map: YAMLMap, key: string): Slot {
  const pair = map.items.find((item) => keyText(item.key) === key)
  return {
    node: pair?.value,
    replace: (node) => {
      if (pair) pair.value = node
      else map.items.push(new Pair(scalarOf(typedValue('str', key), edit.format), node))
    },
    remove: () => map.items.splice(map.items.indexOf(pair as Pair), 1),
  }
}

function slotInList(edit: Edit, list: YAMLSeq, key: string | number): Slot {
  if (typeof key !== 'number') throw new TypeError(`${key} is not a position in a list`)
  const node = visibleItems(list, edit.values)[key]
  const index = node === undefined ? list.items.length : list.items.indexOf(node)
  return {
    node,
    replace: (fresh) => list.items.splice(index, 1, fresh),
    remove: () => list.items.splice(index, 1),
  }
}

function put(edit: Edit, slot: Slot, value: SopsInput | undefined): void {
  const { node } = slot
  if (value === undefined) {
    if (node === undefined) return
    edit.reshaped = true
    slot.remove()
  } else if (isMap(node) && isMapping(value)) putMapping(edit, node, value)
  else if (isSeq(node) && isList(value)) putList(edit, node, value)
  else if (isScalar(node) && !isMapping(value) && !isList(value)) putScalar(edit, node, value)
  else putFresh(edit, slot, value)
}

function putMapping(edit: Edit, map: YAMLMap, value: { readonly [key: string]: SopsInput }): void {
  for (const key of map.items.map((pair) => keyText(pair.key)))
    if (!Object.hasOwn(value, key)) put(edit, slotInMap(edit, map, key), undefined)
  for (const [key, item] of Object.entries(value)) put(edit, slotInMap(edit, map, key), item)
}

function putList(edit: Edit, list: YAMLSeq, value: readonly SopsInput[]): void {
  for (let index = visibleItems(list, edit.values).length - 1; index >= value.length; index--)
    put(edit, slotInList(edit, list, index), undefined)
  for (const [index, item] of value.entries()) put(edit, slotInList(edit, list, index), item)
}

function putScalar(edit: Edit, node: Scalar, value: SopsInput): void {
  if (sameValue(edit.values.get(node), value)) return
  const typed = typedInput(value)
  const [start = 0, end = 0] = node.range ?? []
  if (start === end || node.type?.startsWith('BLOCK')) edit.reshaped = true
  edit.values.set(node, typed)
  edit.changed.add(node)
  assignScalar(node, scalarOf(typed, edit.format))
}

function putFresh(edit: Edit, slot: Slot, value: SopsInput): void {
  const fresh: Values = new Map()
  slot.replace(nodeOf(value, fresh, edit.format))
  edit.reshaped = true
  for (const [scalar, typed] of fresh) {
    edit.values.set(scalar, typed)
    edit.changed.add(scalar)
  }
}

/** Makes a scalar that stays in its place, with its comments, say something else. */
export function assignScalar(node: Scalar, { value, type }: Scalar): void {
  node.value = value
  delete node.tag
  delete node.type
  if (type !== undefined) node.type = type
}
