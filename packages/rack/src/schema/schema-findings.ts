import { didYouMean } from '@homerack/errors'
import type * as z from 'zod'
import { at, type Finding, keysOf } from '../finding.ts'
import type { Path } from '../source/locate.ts'
import { keysAt } from './keys-at.ts'
import { type LeafFault, offer } from './leaf.ts'
import { rackFile } from './rack-file.ts'

type Issue = z.core.$ZodIssue

/** Everything in the data that the schema refuses. */
export function schemaFindings(data: unknown): readonly Finding[] {
  const result = rackFile.safeParse(data)
  return result.success ? [] : result.error.issues.flatMap((issue) => findingsOf(data, issue))
}

function findingsOf(data: unknown, issue: Issue): readonly Finding[] {
  const value = issue.path.reduce(at, data)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(issue.path, key, value))
    case 'invalid_union':
      return unionFindings(data, issue)
    case 'invalid_type':
      return [value === undefined ? missing(issue.path) : wrongType(issue.path, issue.expected, value)]
    case 'invalid_value':
      return [
        value === undefined ? missing(issue.path) : unknownValue(issue.path, issue.values.map(String), value),
      ]
    case 'invalid_key':
      return issue.issues
        .flatMap((inner) => findingsOf(data, { ...inner, path: issue.path.slice(0, -1) }))
        .map((finding) => ({ ...finding, at: issue.path, on: 'key' }))
    case 'custom':
      return [leafFinding(issue.path, issue.params as LeafFault)]
    default:
      return [{ code: 'E_VALUE', at: issue.path, cause: sentence(issue.path, issue.message) }]
  }
}

/** Of a union only the branch that the author meant is reported: the one whose type fits. */
function unionFindings(data: unknown, issue: Issue & { code: 'invalid_union' }): readonly Finding[] {
  const meant = issue.errors.find(
    (branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  )
  if (!meant) return [wrongType(issue.path, 'text or map', issue.path.reduce(at, data))]
  return meant.flatMap((inner) => findingsOf(data, { ...inner, path: [...issue.path, ...inner.path] }))
}

function unknownKey(path: Path, key: string, map: unknown): Finding {
  const at = [...path, key]
  const known = keysAt(rackFile, path)
  const where = keysOf(at).slice(0, -1).join('.')
  const cause = `${where === '' ? '' : `${where}: `}there is no key "${key}" here`
  const hint =
    shorthandHint(path, key, map) ?? offer(didYouMean(key, known)) ?? `Keys here: ${known.join(', ')}.`
  return { code: 'E_UNKNOWN_KEY', at, on: 'key', cause, hint }
}

/** `- notes:` with a map below it is a likely way to write a service. */
function shorthandHint(path: Path, key: string, map: unknown): string | undefined {
  const isNameless = path[0] === 'services' && path.length === 2 && at(map, 'name') === undefined
  return isNameless ? `Write "- ${key}", or "- { name: ${key}, … }" to say more.` : undefined
}

function missing(path: Path): Finding {
  return { code: 'E_MISSING_KEY', at: path, cause: sentence(path, 'is missing') }
}

function unknownValue(path: Path, known: readonly string[], value: unknown): Finding {
  const cause = sentence(
    path,
    `${show(value)} is not ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}`,
  )
  return { code: 'E_UNKNOWN_VALUE', at: path, cause, hint: offer(didYouMean(String(value), known)) }
}

function leafFinding(path: Path, { code, cause, hint }: LeafFault): Finding {
  return { code, at: path, cause: sentence(path, cause), hint }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
  'text or map': 'text, or a map of keys and values',
}

function wrongType(path: Path, expected: string, value: unknown): Finding {
  const wanted = typeNames[expected] ?? expected
  const rest =
    value === null ? `is empty, but must be ${wanted}` : `must be ${wanted}, not ${describe(value)}`
  const cause = sentence(path, rest)
  return { code: 'E_WRONG_TYPE', at: path, cause, hint: typeHint(path, expected, value) }
}

function typeHint(path: Path, expected: string, value: unknown): Finding['hint'] {
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return (written) => `Put it in quotes, so that YAML reads it as text: "${written}"`
  }
  if (expected === 'array' && typeof value === 'string') return `Did you mean [${value}]?`
  if (expected === 'array' && path[0] === 'services') return 'Start each service with a hyphen: "- notes".'
  return undefined
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  return typeof value === 'string'
    ? `the text "${value}"`
    : `the ${typeof value === 'number' ? 'number' : 'value'} ${value}`
}

function show(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : describe(value)
}

/** Starts with the key, unless the subject of the fault is all there is to name. */
function sentence(path: Path, rest: string): string {
  return [keysOf(path).join('.'), rest].filter(Boolean).join(' ')
}
