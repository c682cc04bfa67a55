const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Decimal units with three significant digits, as disks are sold: `1.00 TB`, `104 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return `${value.toFixed(digits)} ${units[unit]}`
}
