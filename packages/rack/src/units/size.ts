import type { Bytes, SizeRule } from '../rack.ts'

const units: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

export const sizeUnits: readonly string[] = Object.keys(units)

/** `100 GiB` or `1.5 TB` in whole bytes; undefined where it is no size. */
export function parseSize(text: string): Bytes | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text.trim())
  const unit = Object.hasOwn(units, match?.[2] ?? '') ? units[match?.[2] ?? ''] : undefined
  if (!match || unit === undefined) return undefined
  const bytes = Math.round(Number(match[1]) * unit)
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined
}

/** `>= 900 GB`, `900 GB - 1100 GB`, or one exact size. */
export function parseSizeRule(text: string): SizeRule | undefined {
  const atLeast = /^\s*>=(.*)$/.exec(text)
  if (atLeast) {
    const bytes = parseSize(atLeast[1] ?? '')
    return bytes === undefined ? undefined : { atLeast: bytes }
  }
  const sizes = text.split('-').map(parseSize)
  const [low, high] = sizes
  if (low === undefined || sizes.length > 2) return undefined
  if (sizes.length === 1) return { exactly: low }
  return high !== undefined && low <= high ? { between: [low, high] } : undefined
}

/** The smallest disk that a rule lets through. */
export function smallestDisk(rule: SizeRule): Bytes {
  if ('atLeast' in rule) return rule.atLeast
  return 'exactly' in rule ? rule.exactly : rule.between[0]
}

/** Bytes for a person: `1 TB`, `107.4 GB`. */
export function formatSize(bytes: Bytes): string {
  const unit = ['TB', 'GB', 'MB', 'kB'].find((name) => bytes >= (units[name] ?? 1)) ?? 'B'
  return `${Number((bytes / (units[unit] ?? 1)).toFixed(1))} ${unit}`
}
