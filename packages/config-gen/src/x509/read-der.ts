/** One element of a DER encoding; `bytes` holds it whole, `content` without tag and length. */
export type DerElement = { readonly tag: number; readonly bytes: Buffer; readonly content: Buffer }

/** The elements that follow each other in `bytes`. Throws a RangeError where an element is cut off. */
export function readDer(bytes: Uint8Array): DerElement[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const elements: DerElement[] = []
  for (let at = 0; at < buffer.length; ) {
    const { start, end } = extent(buffer, at)
    elements.push({
      tag: buffer.readUInt8(at),
      bytes: buffer.subarray(at, end),
      content: buffer.subarray(start, end),
    })
    at = end
  }
  return elements
}

function extent(buffer: Buffer, at: number): { start: number; end: number } {
  const first = buffer.readUInt8(at + 1)
  const count = first < 0x80 ? 0 : first & 0x7f
  if (count > 4 || first === 0x80) throw new RangeError('unsupported DER length')
  const start = at + 2 + count
  const end = start + (count === 0 ? first : buffer.readUIntBE(at + 2, count))
  if (end > buffer.length) throw new RangeError('DER element is cut off')
  return { start, end }
}
