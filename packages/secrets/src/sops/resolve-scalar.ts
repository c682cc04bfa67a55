import { type TypedValue, typedBool, typedFloat, typedValue } from './typed-value.ts'

const constants = new Map<string, TypedValue | null>([
  ...['true', 'True', 'TRUE'].map((text) => [text, typedBool(true)] as const),
  ...['false', 'False', 'FALSE'].map((text) => [text, typedBool(false)] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((text) => [text, null] as const),
  ...['nan', 'NaN', 'NAN'].map((text) => [`.${text}`, typedFloat(Number.NaN)] as const),
  ...['inf', 'Inf', 'INF'].flatMap((text) => [
    [`.${text}`, typedFloat(Infinity)] as const,
    [`+.${text}`, typedFloat(Infinity)] as const,
    [`-.${text}`, typedFloat(-Infinity)] as const,
  ]),
])

/**
 * What an unquoted YAML scalar means to SOPS, which reads with go.yaml.in/yaml v3.0.4 (`resolve.go`).
 *
 * That is neither YAML 1.2 (`0777` is 511, `1_000` is 1000, `2024-01-01` is a time) nor 1.1 (`yes` is a text),
 * and the MAC depends on it. Undefined for a whole number that Go reads as unsigned: SOPS refuses it.
 */
export function resolveYamlScalar(source: string): TypedValue | null | undefined {
  const constant = constants.get(source)
  if (constant !== undefined) return constant
  if (/^\.[0-9]+([eE][-+]?[0-9]+)?$/.test(source)) return finiteFloat(source) ?? typedValue('str', source)
  if (!/^[-+0-9]/.test(source)) return typedValue('str', source)
  const time = parseTime(source)
  if (time !== undefined) return typedValue('time', time)
  const plain = source.replaceAll('_', '')
  const integer = parseInteger(plain)
  if (integer !== undefined && integer >= -(2n ** 63n) && integer < 2n ** 63n)
    return typedValue('int', String(integer))
  if (integer !== undefined && integer > 0n && integer < 2n ** 64n) return undefined
  const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain)
  return (float ? finiteFloat(plain) : undefined) ?? typedValue('str', source)
}

/** What a bare JSON word means to SOPS: a whole number that fits 64 bits is an int, any other a float. */
export function resolveJsonScalar(source: string): TypedValue | null {
  if (source === 'null') return null
  if (source === 'true' || source === 'false') return typedBool(source === 'true')
  if (/^-?[0-9]+$/.test(source)) {
    const integer = BigInt(source)
    if (integer >= -(2n ** 63n) && integer < 2n ** 63n) return typedValue('int', String(integer))
  }
  return typedFloat(Number(source))
}

function finiteFloat(text: string): TypedValue | undefined {
  const value = Number(text)
  return Number.isFinite(value) ? typedFloat(value) : undefined
}

function parseInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(?:(0[xX][0-9a-fA-F]+|0[bB][01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(text)
  if (!match) return undefined
  const [, sign, prefixed, octal, decimal] = match
  const magnitude = BigInt(prefixed ?? (octal === undefined ? (decimal ?? '') : `0o${octal}`))
  return sign === '-' ? -magnitude : magnitude
}

const timeFormat =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+]\d\d:\d\d)?)?$/

/** A timestamp in Go's RFC 3339 text, or undefined for anything else. */
function parseTime(text: string): string | undefined {
  const match = timeFormat.exec(text)
  if (!match) return undefined
  const [, year = '', month = '', day = '', separator, hour = '0', minute = '0', second = '0', fraction] =
    match
  const zone = match[9]
  if (separator !== undefined && (separator === ' ') !== (zone === undefined)) return undefined
  const lastDay = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate()
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > lastDay) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const two = (digits: string) => digits.padStart(2, '0')
  const nanoseconds = (fraction ?? '').slice(0, 9).replace(/0+$/, '')
  const utc = zone === undefined || zone === 'Z' || /^[-+]00:00$/.test(zone)
  return (
    `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}` +
    `${nanoseconds && `.${nanoseconds}`}${utc ? 'Z' : zone}`
  )
}
