const units: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/** A size as machine configs write it (`100GiB`, `2 TB`, `1048576`) in bytes, or undefined if it is none. */
export function parseByteSize(text: unknown): number | undefined {
  if (typeof text === 'number') return text
  const [, amount, unit = 'b'] = /^(\d+(?:\.\d+)?)\s*([a-z]+)?$/i.exec(String(text).trim()) ?? []
  const factor = units[unit.toLowerCase()]
  return amount === undefined || factor === undefined ? undefined : Math.round(Number(amount) * factor)
}
