const units = [
  { name: 'TiB', bytes: 2 ** 40 },
  { name: 'GiB', bytes: 2 ** 30 },
  { name: 'MiB', bytes: 2 ** 20 },
]

/** Bytes as Talos reads them: in the largest binary unit that is exact, else as a plain number. */
export function formatSize(bytes: number): string {
  const unit = units.find((candidate) => bytes >= candidate.bytes && bytes % candidate.bytes === 0)
  return unit ? `${bytes / unit.bytes}${unit.name}` : String(bytes)
}
