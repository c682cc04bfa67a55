/** The types SOPS writes after `type:`. `bytes` and `comment` are read; `time` is a YAML timestamp. */
export type ValueType = 'str' | 'int' | 'float' | 'bool' | 'time' | 'bytes' | 'comment'

/**
 * A value as SOPS hashes and encrypts it: its type, and the bytes that Go prints for it (`True`, `1.5`, `-3`).
 * Null is not one of them: SOPS neither encrypts nor hashes it.
 */
export type TypedValue = { readonly type: ValueType; readonly bytes: Buffer }

export function typedValue(type: ValueType, text: string): TypedValue {
  return { type, bytes: Buffer.from(text, 'utf8') }
}

export function typedFloat(value: number): TypedValue {
  return typedValue('float', formatFloat(value))
}

export function typedBool(value: boolean): TypedValue {
  return typedValue('bool', value ? 'True' : 'False')
}

/** The value as a person writes it in a document; Go's `True` becomes `true`. */
export function displayText({ type, bytes }: TypedValue): string {
  const text = bytes.toString('utf8')
  return type === 'bool' ? text.toLowerCase() : text
}

/** Go's strconv.FormatFloat(value, 'f', -1, 64): the shortest digits that read back, never an exponent. */
function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const [digits = '', exponent = '0'] = Math.abs(value).toString().split('e')
  const [whole = '', fraction = ''] = digits.split('.')
  const point = whole.length + Number(exponent)
  const all = whole + fraction
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${all}`
  if (point >= all.length) return sign + all.padEnd(point, '0')
  return `${sign}${all.slice(0, point)}.${all.slice(point)}`
}
