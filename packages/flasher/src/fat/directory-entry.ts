/** A file or folder as its directory names it. */
export type DirectoryEntry = {
  readonly name: string
  readonly isFolder: boolean
  readonly firstCluster: number
  /** Bytes; 0 for folders. */
  readonly size: number
}

const ATTRIBUTE_LABEL = 0x08
const ATTRIBUTE_FOLDER = 0x10
const ATTRIBUTE_FILE = 0x20
const ATTRIBUTE_LONG_NAME = 0x0f
/** 1980-01-01, the first day FAT knows: entries carry it so that a volume depends on its files alone. */
const FIRST_DAY = 0x21
/** Where the 13 UTF-16 units of a long-name entry are. */
const LONG_NAME_OFFSETS = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30]

/** The volume label's entry in the root folder. */
export const writeLabel = (label: string): Buffer => shortEntry(label.padEnd(11), ATTRIBUTE_LABEL, 0, 0)

/** `.` or `..` of a folder. The root folder counts as cluster 0 there. */
export const writeDot = (name: '.' | '..', cluster: number): Buffer =>
  shortEntry(name.padEnd(11), ATTRIBUTE_FOLDER, cluster, 0)

/**
 * The entries of one file or folder: long-name entries where the name is not plain 8.3 in capitals.
 * `taken` holds the folder's short names so far, and gets this one.
 */
export function writeEntry(entry: DirectoryEntry, taken: Set<string>): Buffer {
  const short = shortName(entry.name, taken)
  const attributes = entry.isFolder ? ATTRIBUTE_FOLDER : ATTRIBUTE_FILE
  const last = shortEntry(short, attributes, entry.firstCluster, entry.size)
  return entry.name === plain(short)
    ? last
    : Buffer.concat([...longEntries(entry.name, checksum(last)), last])
}

function shortEntry(name: string, attributes: number, cluster: number, size: number): Buffer {
  const entry = Buffer.alloc(32)
  entry.write(name, 0, 11, 'latin1')
  entry[11] = attributes
  entry.writeUInt16LE(FIRST_DAY, 16)
  entry.writeUInt16LE(FIRST_DAY, 18)
  entry.writeUInt16LE(cluster >>> 16, 20)
  entry.writeUInt16LE(FIRST_DAY, 24)
  entry.writeUInt16LE(cluster & 0xffff, 26)
  entry.writeUInt32LE(size, 28)
  return entry
}

function shortName(name: string, taken: Set<string>): string {
  const dot = name.lastIndexOf('.')
  const clean = (text: string) => text.toUpperCase().replace(/[^A-Z0-9_$~!#%&'()@^`{}-]/g, '')
  const base = clean(dot > 0 ? name.slice(0, dot) : name)
  const extension = (dot > 0 ? clean(name.slice(dot + 1)) : '').slice(0, 3).padEnd(3)
  let short = base.slice(0, 8).padEnd(8) + extension
  const whole = plain(short) === name.toUpperCase()
  for (let n = 1; (n === 1 && !whole) || taken.has(short); n++)
    short = `${base.slice(0, 7 - String(n).length)}~${n}`.padEnd(8) + extension
  taken.add(short)
  return short
}

/** `CONFIG  TXT` as people write it: `CONFIG.TXT`. */
function plain(short: string): string {
  const [base, extension] = [short.slice(0, 8).trimEnd(), short.slice(8).trimEnd()]
  return extension ? `${base}.${extension}` : base
}

function checksum(shortEntry: Uint8Array): number {
  return shortEntry.subarray(0, 11).reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0)
}

function longEntries(name: string, sum: number): Buffer[] {
  const count = Math.ceil(name.length / 13)
  return Array.from({ length: count }, (_, i) => {
    const order = count - i
    const entry = Buffer.alloc(32)
    entry[0] = order | (i === 0 ? 0x40 : 0)
    entry[11] = ATTRIBUTE_LONG_NAME
    entry[13] = sum
    LONG_NAME_OFFSETS.forEach((offset, j) => {
      const at = (order - 1) * 13 + j
      entry.writeUInt16LE(at < name.length ? name.charCodeAt(at) : at === name.length ? 0 : 0xffff, offset)
    })
    return entry
  })
}

/** What a folder's bytes list, in order. Long names count only if their checksum fits; `.` and `..` are left out. */
export function readEntries(folder: Buffer): DirectoryEntry[] {
  const entries: DirectoryEntry[] = []
  let long: { text: string; sum: number } | undefined
  for (let at = 0; at + 32 <= folder.length; at += 32) {
    const entry = folder.subarray(at, at + 32)
    const [first, attributes] = [entry.readUInt8(0), entry.readUInt8(11)]
    if (first === 0) break
    if (first === 0xe5) {
      long = undefined
    } else if ((attributes & 0x3f) === ATTRIBUTE_LONG_NAME) {
      const rest = first & 0x40 ? '' : (long?.text ?? '')
      long = { text: longPart(entry) + rest, sum: entry.readUInt8(13) }
    } else {
      if (!(attributes & ATTRIBUTE_LABEL) && first !== 0x2e) entries.push(readShort(entry, long))
      long = undefined
    }
  }
  return entries
}

function longPart(entry: Buffer): string {
  const units = LONG_NAME_OFFSETS.map((offset) => entry.readUInt16LE(offset))
  const end = units.indexOf(0)
  return String.fromCharCode(...(end < 0 ? units : units.slice(0, end)))
}

function readShort(entry: Buffer, long: { text: string; sum: number } | undefined): DirectoryEntry {
  // Byte 12 tells which half of a short name was typed in lower case (Windows NT, Linux).
  const halves = entry.readUInt8(12)
  const [base, extension] = [
    entry.toString('latin1', 0, 8).trimEnd(),
    entry.toString('latin1', 8, 11).trimEnd(),
  ]
  const lower = (text: string, bit: number) => (halves & bit ? text.toLowerCase() : text)
  const short = lower(base, 0x08) + (extension ? `.${lower(extension, 0x10)}` : '')
  return {
    name: long && long.sum === checksum(entry) ? long.text : short,
    isFolder: (entry.readUInt8(11) & ATTRIBUTE_FOLDER) !== 0,
    firstCluster: (entry.readUInt16LE(20) << 16) | entry.readUInt16LE(26),
    size: entry.readUInt32LE(28),
  }
}
