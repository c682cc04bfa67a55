/** A flattened device tree that holds the root node alone, with its `compatible` names (Devicetree 0.4, section 5). */
export function deviceTree(...compatible: string[]): Buffer {
  const value = Buffer.from(`${compatible.join('\0')}\0`)
  const words = (...numbers: number[]) => {
    const bytes = Buffer.alloc(numbers.length * 4)
    numbers.forEach((n, i) => {
      bytes.writeUInt32BE(n, i * 4)
    })
    return bytes
  }
  const [BEGIN_NODE, END_NODE, PROPERTY, END] = [1, 2, 3, 9]
  const structure = Buffer.concat([
    words(BEGIN_NODE, 0, PROPERTY, value.length, 0),
    value,
    Buffer.alloc(-value.length & 3),
    words(END_NODE, END),
  ])
  const strings = Buffer.from('compatible\0')
  const [headerBytes, reservations] = [40, Buffer.alloc(16)]
  const structureAt = headerBytes + reservations.length
  const stringsAt = structureAt + structure.length
  const total = stringsAt + strings.length
  return Buffer.concat([
    words(
      0xd00dfeed,
      total,
      structureAt,
      stringsAt,
      headerBytes,
      17,
      16,
      0,
      strings.length,
      structure.length,
    ),
    reservations,
    structure,
    strings,
  ])
}
