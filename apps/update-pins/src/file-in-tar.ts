const BLOCK = 512

/** The content of a regular file in a tar archive (POSIX ustar), by its path without a leading `./` or `/`. */
export function fileInTar(archive: Buffer, path: string): Buffer | undefined {
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK)
    const name = text(header.subarray(0, 100)).replace(/^(\.?\/)+/, '')
    const size = Number.parseInt(text(header.subarray(124, 136)).trim() || '0', 8)
    // Two blocks of zeros end an archive.
    if (header[0] === 0 || !Number.isSafeInteger(size)) return undefined
    const type = header[156]
    // '0' or NUL is a regular file.
    if (name === path && (type === 0x30 || type === 0)) return archive.subarray(at + BLOCK, at + BLOCK + size)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return undefined
}

function text(field: Buffer): string {
  const end = field.indexOf(0)
  return field.toString('latin1', 0, end < 0 ? field.length : end)
}
