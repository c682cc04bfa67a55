import { Secret } from '@homerack/secrets'
import { type ConfigTypes, type FieldType, type StructType, structOf } from '../config-types/config-types.ts'
import type { ConfigValue } from '../machine/config-document.ts'

type Fields = { readonly [key: string]: ConfigValue }

/**
 * Merges a patch's value into a config's, as Talos does (pkg/machinery/config/merge/merge.go, v1.13.9 and
 * v1.14.1): scalars replace unless they are zero, lists append, maps and structures recurse, with the
 * exceptions that the field's type names. `undefined` is an absent value.
 *
 * Throws `MergeConflict` where free-form values differ in kind.
 */
export function mergeValues(
  left: ConfigValue | undefined,
  right: ConfigValue | undefined,
  type: FieldType,
  types: ConfigTypes,
): ConfigValue | undefined {
  if (type === 'always' || type === 'bool') return right
  const struct = structOf(type, types)
  if (struct) return mergeStruct(left, right, struct, type, types)
  if (right === undefined) return left
  if (typeof type === 'object') {
    if ('replace' in type || 'pointer' in type) return right
    if ('map' in type) return mergeMap(left, right, (l, r) => mergeValues(l, r, type.map, types))
    if ('list' in type) return mergeList(left, right, type, types)
    return 'enum' in type && right === type.enum ? left : right
  }
  if (type === 'any') return mergeAny(left, right)
  if (type === 'args') return isFields(left) && isFields(right) ? { ...left, ...right } : right
  if (type === 'pair') return isFields(right) ? { crt: right.crt ?? '', key: right.key ?? '' } : right
  if (type === 'url') return mergeUrl(left, right)
  if (type === 'bytes' || type === 'opaque') return right
  const zero = type === 'duration' ? isZeroDuration(right) : isZero(right)
  return zero && left !== undefined ? left : right
}

/** A value of one kind was to be merged into one of another kind. */
export class MergeConflict extends Error {}

function mergeStruct(
  left: ConfigValue | undefined,
  right: ConfigValue | undefined,
  struct: StructType,
  type: FieldType,
  types: ConfigTypes,
): ConfigValue | undefined {
  const value = typeof type === 'object' && 'value' in type
  if (right === undefined && !value) return left
  if (left === undefined && !value) return right
  const ours = isFields(left) ? left : {}
  const theirs = isFields(right) ? right : {}
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  const merged = [...keys].flatMap((key): [string, ConfigValue][] => {
    const result = mergeValues(ours[key], theirs[key], struct[key] ?? 'any', types)
    return result === undefined ? [] : [[key, result]]
  })
  return left === undefined && merged.length === 0 ? right : Object.fromEntries(merged)
}

function mergeMap(
  left: ConfigValue | undefined,
  right: ConfigValue,
  merge: (left: ConfigValue, right: ConfigValue) => ConfigValue | undefined,
): ConfigValue {
  if (!isFields(left) || !isFields(right)) return right
  const merged: Record<string, ConfigValue> = { ...left }
  for (const [key, value] of Object.entries(right)) {
    const ours = merged[key]
    merged[key] = ours === undefined || ours === null ? value : (merge(ours, value) ?? value)
  }
  return merged
}

function mergeList(
  left: ConfigValue | undefined,
  right: ConfigValue,
  type: Extract<FieldType, { list: FieldType }>,
  types: ConfigTypes,
): ConfigValue {
  if (!Array.isArray(left) || !Array.isArray(right)) return right
  const keys = type.mergeBy ?? type.replaceBy
  if (!keys) return [...left, ...right]
  const merged: ConfigValue[] = [...left]
  for (const item of right) {
    // Lists that replace look only among the members that were there before.
    const among = type.replaceBy ? left : merged
    const index = among.findIndex((other) => sameMember(other, item, keys))
    if (index < 0) merged.push(item)
    else merged[index] = type.mergeBy ? (mergeValues(merged[index], item, type.list, types) ?? item) : item
  }
  return merged
}

/** One key: members without it are the same too. Several: the first that the patch's member has decides. */
function sameMember(ours: ConfigValue, theirs: ConfigValue, keys: readonly string[]): boolean {
  if (!isFields(ours) || !isFields(theirs)) return false
  const key = keys.length === 1 ? keys[0] : keys.find((candidate) => text(theirs[candidate]) !== '')
  return key !== undefined && text(ours[key]) === text(theirs[key])
}

function text(value: ConfigValue | undefined): string {
  return value === undefined || isZero(value) ? '' : JSON.stringify(value)
}

function mergeAny(left: ConfigValue | undefined, right: ConfigValue): ConfigValue {
  if (left === undefined || left === null || right === null) return right ?? left ?? null
  if (kindOf(left) !== kindOf(right)) throw new MergeConflict(`${kindOf(right)} into ${kindOf(left)}`)
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right]
  if (isFields(left) && isFields(right)) return mergeMap(left, right, mergeAny)
  return typeof right !== 'boolean' && isZero(right) ? left : right
}

/** RFC 3986 appendix B: scheme, host, path, query, fragment, each replaced where the patch has one. */
function mergeUrl(left: ConfigValue | undefined, right: ConfigValue): ConfigValue {
  if (typeof left !== 'string' || typeof right !== 'string') return right
  const parts = /^([^:/?#]+:)?(\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$/
  const ours = parts.exec(left)
  const theirs = parts.exec(right)
  return [1, 2, 3, 4, 5].map((part) => theirs?.[part] || ours?.[part] || '').join('')
}

function isZero(value: ConfigValue | undefined): boolean {
  return value === '' || value === 0
}

function isZeroDuration(value: ConfigValue): boolean {
  return isZero(value) || (typeof value === 'string' && /^[+-]?(0+(\.0*)?(ns|us|µs|ms|s|m|h)?)+$/.test(value))
}

function kindOf(value: ConfigValue): string {
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Secret) return 'a text'
  return (
    { string: 'a text', number: 'a number', boolean: 'true or false', object: 'fields' }[
      typeof value as 'string'
    ] ?? 'a value'
  )
}

function isFields(value: ConfigValue | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Secret)
}
