import { createHash } from 'node:crypto'

/** Type GUIDs of the partitions that Talos makes, by their usual names. */
export const partitionTypes = {
  efi: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  bios: '21686148-6449-6e6f-744e-656564454649',
  linux: '0fc63daf-8483-4772-8e79-3d69d8477de4',
} as const

/** A GUID's 16 bytes as they are on disk (first three fields little-endian), from its text. */
export function guidToBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex')
  if (bytes.length !== 16) throw new RangeError(`not a GUID: ${guid}`)
  return swap(bytes)
}

/** The lower-case text of a GUID's 16 bytes on disk. */
export function guidFromBytes(bytes: Uint8Array): string {
  const hex = swap(Buffer.from(bytes)).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/**
 * The GUID Talos gives to what `label` names in a reproducible image: UUIDv8 of SHA-256(nil UUID ‖ label)
 * (Talos 1.13; the disk's own label is `talos-image-disk`).
 */
export function labelGuid(label: string): string {
  const bytes = createHash('sha256').update(Buffer.alloc(16)).update(label).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return guidFromBytes(swap(bytes))
}

/** Between the order of the text and the order on disk: the same permutation both ways. */
function swap(bytes: Buffer): Buffer {
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}
