const blockBytes = 512
const longestName = 64 * 1024

export type TarFile = { name: string; size: number }
/** What becomes of a file's content: pieces as they come, then its end. */
export type TarSink = { data(piece: Uint8Array): void; end(): void }
export type TarReader = {
  push(piece: Uint8Array): void
  /** @throws Error if the archive ends too early */
  finish(): void
}

/**
 * Reads a tar archive (ustar, GNU long names, pax paths) that arrives in pieces, without keeping any content.
 * `open` is asked for each regular file, `link` hears of symbolic links.
 *
 * @throws Error, from `push`, for what is no header, in the words of Go's archive/tar
 */
export function readTar(
  open: (file: TarFile) => TarSink,
  link: (name: string, target: string) => void,
): TarReader {
  const header = Buffer.alloc(blockBytes)
  let filled = 0
  let left = 0
  let padding = 0
  let sink: TarSink | undefined
  let longName: string | undefined
  let ended = false

  const begin = () => {
    if (header.every((byte) => byte === 0)) {
      ended = true
      return
    }
    const { type, size, ...own } = readHeader(header)
    const name = longName ?? own.name
    left = size
    padding = (blockBytes - (size % blockBytes)) % blockBytes
    if (type === 'x' || type === 'L') {
      sink = gather(size, (text) => {
        longName = type === 'L' ? text.replace(/\0.*$/s, '') : (paxPath(text) ?? longName)
      })
    } else {
      if (type === '2') link(name, own.target)
      sink = type === '0' || type === '\0' ? open({ name, size }) : undefined
      longName = undefined
    }
    if (left === 0) close()
  }
  const close = () => {
    sink?.end()
    sink = undefined
  }

  return {
    push(piece) {
      for (let at = 0; at < piece.length && !ended; ) {
        const rest = piece.subarray(at)
        if (left > 0) {
          const content = rest.subarray(0, left)
          sink?.data(content)
          left -= content.length
          at += content.length
          if (left === 0) close()
        } else if (padding > 0) {
          const passed = Math.min(padding, rest.length)
          padding -= passed
          at += passed
        } else {
          const part = rest.subarray(0, blockBytes - filled)
          header.set(part, filled)
          filled += part.length
          at += part.length
          if (filled < blockBytes) continue
          filled = 0
          begin()
        }
      }
    },
    finish() {
      if (left > 0 || padding > 0 || filled > 0) throw new Error('unexpected EOF')
    },
  }
}

function readHeader(block: Buffer): { name: string; target: string; type: string; size: number } {
  const text = (from: number, to: number) => block.toString('utf8', from, to).replace(/\0.*$/s, '')
  const octal = (from: number, to: number) => Number.parseInt(text(from, to).trim() || '0', 8)
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  const size = octal(124, 136)
  if (sum !== octal(148, 156) || !(size >= 0)) throw new Error('archive/tar: invalid tar header')
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? text(345, 500) : ''
  const name = prefix ? `${prefix}/${text(0, 100)}` : text(0, 100)
  return { name, target: text(157, 257), type: block.toString('latin1', 156, 157), size }
}

function gather(size: number, done: (text: string) => void): TarSink {
  if (size > longestName) throw new Error('archive/tar: invalid tar header')
  const parts: Uint8Array[] = []
  return { data: (piece) => void parts.push(piece.slice()), end: () => done(Buffer.concat(parts).toString()) }
}

/** Of the records `LENGTH KEY=VALUE\n` of a pax header. */
function paxPath(text: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1]
}
