import type { Place } from '@homerack/errors'
import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml'
import type { Source } from './parse-yaml.ts'
import { placeAt } from './place-at.ts'

export type Path = readonly PropertyKey[]

/** Where the deepest part of a path that exists is written. */
type Found = { readonly complete: boolean; readonly key: Node | undefined; readonly value: Node | undefined }

/** Whether something is written at `path`, right or wrong. */
export function isWritten(source: Source, path: Path): boolean {
  return find(source, path).complete
}

/** The path where a node's value really stands: what a node does not say may stand in nodeDefaults. */
export function writtenPath(source: Source, path: Path): Path {
  if (path[0] !== 'nodes' || path.length < 3) return path
  const inDefaults = ['nodeDefaults', ...path.slice(2)]
  return !isWritten(source, path) && isWritten(source, inDefaults) ? inDefaults : path
}

/** The place of what is written at `path`; for what is missing, the place of what it is missing from. */
export function locate(source: Source, path: Path, on: 'key' | 'value' = 'value'): Place {
  const [start, end] = pointedAt(source, find(source, path), on)?.range ?? [0, 0]
  return placeAt(source, start, end)
}

function find(source: Source, path: Path): Found {
  let value = resolve(source, source.document.contents)
  let key: Node | undefined
  for (const step of path) {
    const pair = isMap(value) ? value.items.find((item) => keyText(item) === String(step)) : undefined
    const item = isSeq(value) ? value.items[Number(step)] : undefined
    if (!pair && !isNode(item)) return { complete: false, key, value }
    key = pair && isNode(pair.key) ? pair.key : undefined
    value = resolve(source, pair ? pair.value : item)
  }
  return { complete: true, key, value }
}

function resolve(source: Source, node: unknown): Node | undefined {
  if (isAlias(node)) return node.resolve(source.document)
  return isNode(node) ? node : undefined
}

function keyText(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key)
}

/** A value on one line is shown whole; of a larger one its key, or the name of the list entry, is shown. */
function pointedAt(source: Source, { complete, key, value }: Found, on: 'key' | 'value'): Node | undefined {
  if (key && (on === 'key' || !complete)) return key
  const [start = 0, end = 0] = value?.range ?? []
  const isEmpty = start === end
  const isLong = isCollection(value) && (!value.flow || source.text.slice(start, end).includes('\n'))
  if (key && (isEmpty || isLong)) return key
  return isMap(value) && (isLong || !complete) ? nameOf(value, value === source.document.contents) : value
}

function nameOf(map: YAMLMap, isRoot: boolean): Node {
  const name = map.get('name', true)
  const first = map.items[0]?.key
  if (isScalar(name) && !isRoot) return name
  return isNode(first) ? first : map
}
