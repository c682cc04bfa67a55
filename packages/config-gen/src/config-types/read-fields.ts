import { didYouMean, type Fault } from '@homerack/errors'
import { isAlias, isMap, isScalar, isSeq, type Pair } from 'yaml'
import type { ConfigValue } from '../machine/config-document.ts'
import { type ConfigTypes, type FieldType, type StructType, structOf } from './config-types.ts'
import type { SourceText } from './source-text.ts'

export type ReadContext = {
  readonly source: SourceText
  readonly types: ConfigTypes
  readonly faults: Fault[]
}

/**
 * The value of a node, read as its field's type: an unknown field or a value of the wrong shape is a fault.
 * Returns undefined for null, which Talos takes for "not there".
 */
export function readFields(
  node: unknown,
  type: FieldType,
  path: string,
  context: ReadContext,
): ConfigValue | undefined {
  if (isScalar(node) && node.value === null) return undefined
  if (typeof type === 'object') {
    if ('replace' in type) return readFields(node, type.replace, path, context)
    if ('pointer' in type) return readFields(node, type.pointer, path, context)
    if ('map' in type) return readMap(node, () => type.map, path, context)
    if ('list' in type) return readList(node, type.list, path, context)
    const struct = structOf(type, context.types)
    if (struct) return readMap(node, (key, at) => fieldOf(struct, key, path, at, context), path, context)
    return readScalar(node, 'string', path, context)
  }
  if (type === 'any' || type === 'args' || type === 'bytes' || type === 'pair')
    return readAny(node, path, context)
  return readScalar(node, type, path, context)
}

function fieldOf(
  struct: StructType,
  key: string,
  path: string,
  node: unknown,
  { source, faults }: ReadContext,
): FieldType | undefined {
  const type = struct[key]
  if (type) return type
  const near = didYouMean(key, Object.keys(struct))
  faults.push({
    code: 'E_CONFIG_FIELD',
    subject: source.file,
    cause: `there is no field ${path ? `${path}.` : ''}${key}`,
    hint: near ? `Did you mean ${near}?` : `Fields here: ${Object.keys(struct).join(', ')}.`,
    place: source.placeOf(node),
  })
  return undefined
}

function readMap(
  node: unknown,
  typeOf: (key: string, node: unknown) => FieldType | undefined,
  path: string,
  context: ReadContext,
): ConfigValue | undefined {
  if (!isMap(node)) return wrongShape(node, 'fields (key: value)', path, context)
  const fields = node.items.flatMap((pair: Pair): [string, ConfigValue][] => {
    const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
    const type = typeOf(key, pair.key)
    if (!type) return []
    const value = readFields(pair.value, type, path ? `${path}.${key}` : key, context)
    return value === undefined ? [] : [[key, value]]
  })
  return Object.fromEntries(fields)
}

function readList(
  node: unknown,
  type: FieldType,
  path: string,
  context: ReadContext,
): ConfigValue | undefined {
  if (!isSeq(node)) return wrongShape(node, 'a list', path, context)
  return node.items.flatMap((item, index) => readFields(item, type, `${path}[${index}]`, context) ?? [])
}

function readAny(node: unknown, path: string, context: ReadContext): ConfigValue | undefined {
  if (isMap(node)) return readMap(node, () => 'any', path, context)
  if (isSeq(node)) return node.items.map((item, index) => readAny(item, `${path}[${index}]`, context) ?? null)
  if (isScalar(node)) return node.value === null ? null : scalar(node.value)
  return wrongShape(node, 'a value', path, context)
}

function readScalar(
  node: unknown,
  type: FieldType,
  path: string,
  context: ReadContext,
): ConfigValue | undefined {
  if (!isScalar(node)) return wrongShape(node, 'one value', path, context)
  if (type === 'bool') {
    return typeof node.value === 'boolean' ? node.value : wrongShape(node, 'true or false', path, context)
  }
  if (type === 'number') {
    return typeof node.value === 'number' ? node.value : wrongShape(node, 'a number', path, context)
  }
  if (type === 'opaque' || type === 'duration') return scalar(node.value)
  // Go takes the text as it was written: 1.10 stays 1.10 where a text is wanted.
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function scalar(value: unknown): ConfigValue {
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value)
}

function wrongShape(node: unknown, wanted: string, path: string, { source, faults }: ReadContext): undefined {
  faults.push({
    code: 'E_CONFIG_TYPE',
    subject: source.file,
    cause: isAlias(node)
      ? `${path}: YAML aliases are not supported here`
      : `${path || 'the document'} must be ${wanted}`,
    place: source.placeOf(node),
  })
  return undefined
}
