import { Secret } from '@homerack/secrets'
import { type ConfigTypes, type FieldType, structOf } from '../config-types/config-types.ts'
import type { ConfigDocument, ConfigValue } from '../machine/config-document.ts'

type Member = { readonly key: string; readonly value: string }

/**
 * A document without the field at `path`, or without the list member there that `member` finds; undefined
 * where Talos finds nothing to delete (internal/decoder/selector.go, v1.13.9). A field that exists but is not
 * set is found; a field below one that is not set is not.
 */
export function deletePath(
  document: ConfigDocument,
  path: readonly string[],
  member: Member | undefined,
  type: FieldType,
  types: ConfigTypes,
): ConfigDocument | undefined {
  const result = deleteIn(document, path, member, type, types)
  return isFields(result) ? result : undefined
}

function deleteIn(
  value: ConfigValue | undefined,
  path: readonly string[],
  member: Member | undefined,
  type: FieldType,
  types: ConfigTypes,
): ConfigValue | undefined {
  const [key, ...rest] = path
  if (key === undefined) return member && deleteMember(value, member, type, types)
  const fields = isFields(value) ? value : undefined
  const struct = structOf(type, types)
  const below = struct ? struct[key] : fields && key in fields ? insideOf(type) : undefined
  if (below === undefined) return undefined
  // Only a structure that is no pointer exists without being set.
  const known = fields ?? (isValue(type) ? {} : undefined)
  if (!known) return undefined
  if (rest.length === 0 && !member)
    return Object.fromEntries(Object.entries(known).filter(([name]) => name !== key))
  const result = deleteIn(known[key], rest, member, below, types)
  return result === undefined ? undefined : { ...known, [key]: result }
}

function deleteMember(
  value: ConfigValue | undefined,
  member: Member,
  type: FieldType,
  types: ConfigTypes,
): ConfigValue | undefined {
  const items = typeof type === 'object' && 'replace' in type ? type.replace : type
  if (!Array.isArray(value) || typeof items !== 'object' || !('list' in items)) return undefined
  const field = structOf(items.list, types)?.[member.key]
  if (!field || !hasText(field)) return undefined
  const index = value.findIndex((item) => isFields(item) && item[member.key] === member.value)
  return index < 0 ? undefined : value.filter((_, at) => at !== index)
}

/** Talos compares texts: numbers never match. */
function hasText(type: FieldType): boolean {
  return typeof type === 'object'
    ? 'enum' in type
    : ['string', 'address', 'duration', 'url', 'always'].includes(type)
}

function insideOf(type: FieldType): FieldType | undefined {
  if (typeof type === 'object' && 'map' in type) return type.map
  if (typeof type === 'object' && 'replace' in type) return insideOf(type.replace)
  return type === 'any' || type === 'args' ? 'any' : undefined
}

function isValue(type: FieldType): boolean {
  return typeof type === 'object' && 'value' in type
}

function isFields(value: ConfigValue | undefined): value is ConfigDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Secret)
}
