/** A file in an archive. */
export type Entry = { readonly name: string; readonly file: Uint8Array; readonly executable?: boolean }

/** An archive in cpio's `newc` form, as the kernel and busybox unpack it, with the folders that its files need. */
export function makeCpio(entries: readonly Entry[]): Buffer {
  const folders = [...new Set(entries.flatMap(({ name }) => parentsOf(name)))]
  return Buffer.concat([
    ...folders.flatMap((name, i) => member(i, name, 0o40755)),
    ...entries.flatMap(({ name, file, executable }, i) =>
      member(folders.length + i, name, executable ? 0o100755 : 0o100644, file),
    ),
    ...member(0, 'TRAILER!!!', 0),
  ])
}

const parentsOf = (name: string): string[] =>
  name
    .split('/')
    .slice(0, -1)
    .map((_, i, parts) => parts.slice(0, i + 1).join('/'))

function member(inode: number, name: string, mode: number, content: Uint8Array = Buffer.alloc(0)) {
  const path = Buffer.from(`${name}\0`)
  // ino, mode, uid, gid, nlink, mtime, filesize, device numbers, namesize, check.
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, path.length, 0]
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
  return [header, path, padding(header.length + path.length), content, padding(content.length)]
}

const padding = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4)
