import type { Fault } from '@homerack/errors'
import { locate, type Path, writtenPath } from './source/locate.ts'
import { maskSecrets } from './source/mask-secrets.ts'
import type { Source } from './source/parse-yaml.ts'

/** A fault before its path is turned into a place in the file. */
export type Finding = {
  readonly code: Fault['code']
  readonly at: Path
  /** Point at the key instead of the value. */
  readonly on?: 'key'
  /** Starts with the key it is about, where that is not plain from the subject. */
  readonly cause: string
  /** A function is given the text that stands at the place. */
  readonly hint?: string | ((written: string) => string) | undefined
  /** The other end of a clash; its line is added to the cause. */
  readonly other?: Path
}

export function faultOf(source: Source, { code, at, on, cause, hint, other }: Finding): Fault {
  const path = writtenPath(source, at)
  const place = locate(source, path, on)
  const elsewhere = other ? ` (line ${locate(source, writtenPath(source, other)).line})` : ''
  const written = place.text.slice(place.column - 1, place.column - 1 + place.length)
  const advice = typeof hint === 'function' ? hint(written) : hint
  return maskSecrets({
    code,
    subject: subjectOf(source, path),
    cause: cause + elsewhere,
    hint: advice,
    place,
  })
}

const listed = new Set<PropertyKey>(['nodes', 'hosts', 'appliances', 'services'])

/** Who a path is about: the node, host, appliance or service by its name, else the section, else the file. */
function subjectOf({ data, file }: Source, path: Path): string {
  const [section, index] = path
  if (section === undefined || path.length === 1) return file
  if (typeof index !== 'number') return String(section)
  const entry = at(at(data, section), index)
  const name = typeof entry === 'string' ? entry : at(entry, 'name')
  return typeof name === 'string' && name !== '' ? name : `${String(section)}, entry ${index + 1}`
}

/** What the data holds at a key, without walking into prototypes. */
export function at(data: unknown, key: PropertyKey): unknown {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, key)
    ? (data as Record<PropertyKey, unknown>)[key]
    : undefined
}

/** The keys that a sentence about `path` names, without those that the subject says: `disk`, `size`. */
export function keysOf(path: Path): readonly string[] {
  const skipped = path.length === 1 ? 0 : listed.has(path[0] ?? '') ? 2 : 1
  return path.slice(skipped).filter((step) => typeof step === 'string')
}
