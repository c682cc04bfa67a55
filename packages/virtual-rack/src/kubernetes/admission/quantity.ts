const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}

/**
 * A resource quantity in the canonical form that Kubernetes stores: no fraction, the largest suffix that fits
 * (`0.5` → `500m`, `1024Mi` → `1Gi`, `1000m` → `1`). Undefined for what is no quantity.
 */
export function canonicalQuantity(value: unknown): string | undefined {
  const match = /^([+-]?\d+(?:\.\d*)?|\.\d+)(?:([KMGTPE]i)|([numkMGTPE]|[eE][+-]?\d+)?)$/.exec(String(value))
  if (!match) return undefined
  const [, number = '0', binarySuffix, suffix = ''] = match
  if (binarySuffix) return canonicalBinary(number, binary.indexOf(binarySuffix))
  const exponent = decimal[suffix] ?? Number(suffix.slice(1))
  return canonicalDecimal(number, exponent)
}

/** A quantity as a plain number, 0 for what is none. */
export function quantityValue(value: unknown): number {
  const match = /^([\d.]+)([a-zA-Z]*)$/.exec(canonicalQuantity(value) ?? '')
  if (!match) return 0
  const [, number, suffix = ''] = match
  const scale = suffix.endsWith('i') ? 1024 ** binary.indexOf(suffix) : 10 ** (decimal[suffix] ?? 0)
  return Number(number) * scale
}

function canonicalBinary(number: string, power: number): string {
  let value = Number(number) * 1024 ** power
  if (!Number.isInteger(value)) return canonicalDecimal(String(value), 0)
  let suffix = 0
  while (suffix < binary.length - 1 && value !== 0 && value % 1024 === 0) {
    value /= 1024
    suffix += 1
  }
  return `${value}${binary[suffix]}`
}

function canonicalDecimal(number: string, exponent: number): string {
  const [whole = '0', fraction = ''] = number.split('.')
  let digits = BigInt(`${whole}${fraction}` || '0')
  let power = exponent - fraction.length
  if (digits === 0n) return '0'
  while (digits % 10n === 0n) {
    digits /= 10n
    power += 1
  }
  const step = Math.max(-9, Math.floor(power / 3) * 3)
  const suffix = Object.entries(decimal).find(([, exponentOf]) => exponentOf === Math.min(18, step))
  return `${digits * 10n ** BigInt(Math.max(0, power - Math.min(18, step)))}${suffix?.[0] ?? ''}`
}
