import { createHash } from 'node:crypto'

const pageBytes = 4096
const hashBytes = 32

/** What a snapshot of a rack's etcd holds: Kubernetes' objects, which are all that lives in it. */
export type Snapshot = { kubernetes: unknown }

/**
 * A snapshot in the shape of etcd's: a bbolt database (format version 2), then the SHA-256 of it. What is in it is the
 * rack's own: one value in the bucket `meta`, which etcd's tools read as a database without keys.
 */
export function writeSnapshot({ kubernetes }: Snapshot): Uint8Array {
  const content = leafPage(4n, 'kubernetes', Buffer.from(JSON.stringify(kubernetes ?? null)))
  const bucket = Buffer.alloc(16)
  bucket.writeBigUInt64LE(4n)
  const pages = BigInt(4 + content.length / pageBytes)
  const freelist = page(2n, 0x10, 0)
  const blocks = Buffer.concat([
    ...[0n, 1n].map((id) => metaPage(id, pages)),
    ...[freelist, leafPage(3n, 'meta', bucket, 1), content],
  ])
  return new Uint8Array(Buffer.concat([blocks, createHash('sha256').update(blocks).digest()]))
}

/** Reads a snapshot. Undefined if it is damaged, or a real etcd's; `skipHash` reads it without its hash too. */
export function readSnapshot(bytes: Uint8Array, skipHash: boolean): Snapshot | undefined {
  const blocks = Buffer.from(bytes.subarray(0, Math.floor(bytes.length / pageBytes) * pageBytes))
  const hash = Buffer.from(bytes.subarray(blocks.length))
  const right = hash.length === hashBytes && createHash('sha256').update(blocks).digest().equals(hash)
  if (!right && !(skipHash && hash.length === 0)) return undefined
  const leaf = blocks.subarray(4 * pageBytes)
  if (leaf.length < pageBytes || leaf.toString('utf8', 32, 42) !== 'kubernetes') return undefined
  try {
    return { kubernetes: JSON.parse(leaf.toString('utf8', 42, 42 + leaf.readUInt32LE(28))) }
  } catch {
    return undefined
  }
}

/** Pages with a header, and place for so many bytes of content. */
function page(id: bigint, flags: number, count: number, contentBytes = 0): Buffer {
  const bytes = Buffer.alloc(Math.ceil((16 + contentBytes) / pageBytes) * pageBytes)
  bytes.writeBigUInt64LE(id)
  bytes.writeUInt16LE(flags, 8)
  bytes.writeUInt16LE(count, 10)
  bytes.writeUInt32LE(bytes.length / pageBytes - 1, 12)
  return bytes
}

/** Which page is the root, where free pages are told, and how many pages there are, with an FNV-1a of it. */
function metaPage(id: bigint, pages: bigint): Buffer {
  const bytes = page(id, 0x04, 0)
  for (const [index, value] of [0xed0cdaed, 2, pageBytes].entries())
    bytes.writeUInt32LE(value, 16 + index * 4)
  for (const [index, value] of [3n, 0n, 2n, pages, id].entries())
    bytes.writeBigUInt64LE(value, 32 + index * 8)
  const sum = bytes
    .subarray(16, 72)
    .reduce((hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n), 0xcbf29ce484222325n)
  bytes.writeBigUInt64LE(sum, 72)
  return bytes
}

/** One key with its value, or with the bucket that it names (flag 1). */
function leafPage(id: bigint, key: string, value: Uint8Array, flag = 0): Buffer {
  const bytes = page(id, 0x02, 1, 16 + key.length + value.length)
  for (const [index, field] of [flag, 16, key.length, value.length].entries())
    bytes.writeUInt32LE(field, 16 + index * 4)
  bytes.write(key, 32)
  bytes.set(value, 32 + key.length)
  return bytes
}
