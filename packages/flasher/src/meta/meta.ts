import { createHash } from 'node:crypto'

/**
 * Talos' META partition: an ADV ("auxiliary data volume") at offset 0, kept twice (Talos 1.13,
 * `internal/pkg/meta`). Keys are one-byte tags, values are bytes.
 */
export type Meta = ReadonlyMap<number, Uint8Array>

/** Tags that homerack knows. */
export const metaTags = {
  upgrade: 0x06,
  stagedImage: 0x07,
  stagedOptions: 0x08,
  stateEncryption: 0x09,
  metalNetwork: 0x0a,
  code: 0x0b,
  uuid: 0x0f,
  machineToken: 0x10,
  bootloader: 0x11,
} as const

/** Bytes of one copy, and of both together. */
const COPY_BYTES = 256 * 1024
export const ADV_BYTES = 2 * COPY_BYTES
const MAGIC_START = 0x5a4b3c2d
const MAGIC_END = 0xa5b4c3d2
const HASH_AT = COPY_BYTES - 36
const RECORDS_END = HASH_AT

/**
 * Both copies as bytes, for the start of the META partition.
 * @throws RangeError if the values do not fit
 */
export function writeMeta(meta: Meta): Buffer {
  const copy = Buffer.alloc(COPY_BYTES)
  copy.writeUInt32BE(MAGIC_START, 0)
  let at = 4
  for (const [tag, value] of meta) {
    if (at + 8 + value.length > RECORDS_END) throw new RangeError('the values do not fit into META')
    copy.writeUInt32BE(tag, at)
    copy.writeUInt32BE(value.length, at + 4)
    copy.set(value, at + 8)
    at += 8 + value.length
  }
  copy.writeUInt32BE(MAGIC_END, COPY_BYTES - 4)
  createHash('sha256').update(copy).digest().copy(copy, HASH_AT)
  return Buffer.concat([copy, copy])
}

/** The values of the first copy that is whole, or undefined if none is. */
export function readMeta(partition: Uint8Array): Meta | undefined {
  const bytes = Buffer.from(partition.buffer, partition.byteOffset, partition.byteLength)
  return readCopy(bytes.subarray(0, COPY_BYTES)) ?? readCopy(bytes.subarray(COPY_BYTES, ADV_BYTES))
}

function readCopy(copy: Buffer): Meta | undefined {
  if (copy.length < COPY_BYTES) return undefined
  if (copy.readUInt32BE(0) !== MAGIC_START || copy.readUInt32BE(COPY_BYTES - 4) !== MAGIC_END)
    return undefined
  const unhashed = Buffer.from(copy).fill(0, HASH_AT, HASH_AT + 32)
  if (
    !createHash('sha256')
      .update(unhashed)
      .digest()
      .equals(copy.subarray(HASH_AT, HASH_AT + 32))
  )
    return undefined

  const meta = new Map<number, Uint8Array>()
  for (let at = 4; at + 8 <= RECORDS_END; ) {
    const [tag, length] = [copy.readUInt32BE(at), copy.readUInt32BE(at + 4)]
    if (tag === 0) break
    if (at + 8 + length > RECORDS_END) return undefined
    meta.set(tag, Buffer.from(copy.subarray(at + 8, at + 8 + length)))
    at += 8 + length
  }
  return meta
}
