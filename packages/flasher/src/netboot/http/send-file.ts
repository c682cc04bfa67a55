import type { IncomingMessage, ServerResponse } from 'node:http'
import { BLOCK_BYTES, type BlockCache } from './block-cache.ts'
import { byteRange } from './byte-range.ts'
import { sendStatus } from './json-body.ts'

/** A file that never changes while it is served. `sha256` is its ETag; `content` is all of it, or gives its blocks. */
export type ServedFile = {
  readonly sha256: string
  readonly size: number
  readonly type: string
  readonly content: Uint8Array | BlockCache
}

/** Answers GET and HEAD for a file: ranges, ETag, conditions. Reads no faster than the client takes it. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: ServedFile,
): Promise<void> {
  const etag = `"${file.sha256}"`
  const conditional = request.headers['if-range']
  const range = byteRange(conditional && conditional !== etag ? undefined : request.headers.range, file.size)
  const headers = { etag, 'accept-ranges': 'bytes', 'content-type': file.type }
  if (request.headers['if-none-match'] === etag) return sendStatus(response, 304, headers)
  if (range.kind === 'unsatisfiable') {
    return sendStatus(response, 416, { ...headers, 'content-range': `bytes */${file.size}` })
  }
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: file.size - 1 }
  response.writeHead(range.kind === 'part' ? 206 : 200, {
    ...headers,
    'content-length': end - start + 1,
    ...(range.kind === 'part' ? { 'content-range': `bytes ${start}-${end}/${file.size}` } : {}),
  })
  if (request.method === 'HEAD' || end < start) return void response.end()
  const { content } = file
  if (content instanceof Uint8Array) return void response.end(content.subarray(start, end + 1))
  await send(content, start, end, response)
}

/** The next block is read while one is being sent. */
async function send(blocks: BlockCache, start: number, end: number, response: ServerResponse): Promise<void> {
  let sent: Promise<void> = Promise.resolve()
  try {
    for (let at = start; at <= end; ) {
      const index = Math.floor(at / BLOCK_BYTES)
      const { bytes, release } = await blocks(index)
      const part = bytes.subarray(at - index * BLOCK_BYTES, end + 1 - index * BLOCK_BYTES)
      const before = sent
      sent = before.then(() => write(response, part)).finally(release)
      // It may fail while the next block is read; it is awaited after that.
      sent.catch(() => {})
      await before
      if (part.length === 0) throw new Error('the file became shorter while it was served')
      at += part.length
    }
  } finally {
    await sent
  }
  response.end()
}

/** Resolves once the kernel has the bytes, so that their memory may be used again. */
function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(Object.assign(new Error('the client went away'), { code: 'ECONNRESET' }))
    if (response.destroyed) return gone()
    response.once('close', gone)
    response.write(bytes, (error) => {
      response.off('close', gone)
      if (error) reject(error)
      else resolve()
    })
  })
}
