import { isMap, isScalar, isSeq, Pair, type Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { Secret } from '../secret.ts'
import { keyText, type SopsFormat, scalarOf } from './document.ts'
import { displayText, type TypedValue, typedBool, typedFloat, typedValue } from './typed-value.ts'

/** A value as read from a SOPS file: what was encrypted there is a Secret, numbers and booleans as their text. */
export type SopsValue = string | number | bigint | boolean | null | Secret | SopsValue[] | SopsTree
export type SopsTree = { [key: string]: SopsValue }

/** A value to be written. A secret may be anything that reveals its text. */
export type SopsInput =
  | string
  | number
  | bigint
  | boolean
  | null
  | { reveal(): string }
  | readonly SopsInput[]
  | { readonly [key: string]: SopsInput }

type Revealing = { reveal(): string }

/** The decrypted value of each scalar of a document. */
export type Values = Map<Scalar, TypedValue | null>

/** The plain tree below a node. List items that are comments, as sops writes them, are left out. */
export function treeOf(node: unknown, values: Values, isSecret: (scalar: Scalar) => boolean): SopsValue {
  if (isMap(node))
    return Object.fromEntries(
      node.items.map(({ key, value }) => [keyText(key), treeOf(value, values, isSecret)]),
    )
  if (isSeq(node)) return visibleItems(node, values).map((item) => treeOf(item, values, isSecret))
  const value = isScalar(node) ? values.get(node) : null
  if (!isScalar(node) || !value) return null
  if (isSecret(node)) return new Secret(displayText(value))
  return plainValue(value)
}

/** The items of a list that are not encrypted comments. */
export function visibleItems(list: YAMLSeq, values: Values): unknown[] {
  return list.items.filter((item) => !isScalar(item) || values.get(item)?.type !== 'comment')
}

function plainValue(value: TypedValue): string | number | bigint | boolean {
  const text = displayText(value)
  if (value.type === 'bool') return text === 'true'
  if (value.type === 'float') return Number(text.replace('Inf', 'Infinity'))
  if (value.type !== 'int') return text
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)
}

/** What SOPS takes a scalar input for. Throws TypeError for a value that is none, such as a Date. */
export function typedInput(input: SopsInput): TypedValue | null {
  if (input === null) return null
  if (isRevealing(input)) return typedValue('str', input.reveal())
  switch (typeof input) {
    case 'string':
      return typedValue('str', input)
    case 'boolean':
      return typedBool(input)
    case 'bigint':
      return typedValue('int', String(input))
    case 'number':
      return Number.isInteger(input) && Math.abs(input) < 2 ** 63
        ? typedValue('int', String(BigInt(input)))
        : typedFloat(input)
  }
  throw new TypeError('a SOPS document holds only texts, numbers, booleans, nulls, lists and mappings')
}

/** Whether writing `input` over `known` would change nothing. A Secret equals any value with its text. */
export function sameValue(known: TypedValue | null | undefined, input: SopsInput): boolean {
  if (known === undefined) return false
  if (known !== null && isRevealing(input)) return displayText(known) === input.reveal()
  const wanted = typedInput(input)
  if (known === null || wanted === null) return known === wanted
  const numbers = [known, wanted].every(({ type }) => type === 'int' || type === 'float')
  return known.bytes.equals(wanted.bytes) && (known.type === wanted.type || numbers)
}

/** New nodes for a value. The meaning of each new scalar is added to `values`. */
export function nodeOf(input: SopsInput, values: Values, format: SopsFormat): Scalar | YAMLMap | YAMLSeq {
  if (isList(input)) {
    const list = new YAMLSeq()
    list.items = input.map((item) => nodeOf(item, values, format))
    return list
  }
  if (isMapping(input)) {
    const map = new YAMLMap()
    map.items = Object.entries(input).map(
      ([key, value]) => new Pair(scalarOf(typedValue('str', key), format), nodeOf(value, values, format)),
    )
    return map
  }
  const value = typedInput(input)
  const node = scalarOf(value, format)
  values.set(node, value)
  return node
}

export function isList(input: unknown): input is readonly SopsInput[] {
  return Array.isArray(input)
}

export function isMapping(input: unknown): input is { readonly [key: string]: SopsInput } {
  if (typeof input !== 'object' || input === null || isList(input) || isRevealing(input)) return false
  return [Object.prototype, null].includes(Object.getPrototypeOf(input))
}

function isRevealing(input: unknown): input is Revealing {
  return typeof (input as Revealing | null)?.reveal === 'function'
}
