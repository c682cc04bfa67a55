const zeros = Buffer.alloc(1024 * 1024)

/** Whether every byte is zero. */
export function isZero(bytes: Uint8Array): boolean {
  for (let offset = 0; offset < bytes.length; offset += zeros.length) {
    const part = bytes.subarray(offset, offset + zeros.length)
    if (zeros.compare(part, 0, part.length, 0, part.length) !== 0) return false
  }
  return true
}
