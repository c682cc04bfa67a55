import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { byteRange } from './byte-range.ts'
import { sendStatus } from './json-body.ts'

/** Small enough for the processor's cache: read into it and sent from it. */
const CHUNK_BYTES = 256 * 1024
/** Memory that is used again: fresh memory costs more than what is read into it. */
const idle: Buffer[] = []
const MOST_IDLE = 32

/** A file that never changes while it is served. `sha256` is its ETag; `content` is bytes or an open file. */
export type ServedFile = {
  readonly sha256: string
  readonly size: number
  readonly type: string
  readonly content: Uint8Array | FileHandle
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

/** Reads by position, so that one open file serves many boards. The next part is read while one is being sent. */
async function send(file: FileHandle, start: number, end: number, response: ServerResponse): Promise<void> {
  let sent: Promise<void> = Promise.resolve()
  try {
    for (let at = start; at <= end; ) {
      const buffer = idle.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES)
      const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK_BYTES, end + 1 - at), at)
      if (bytesRead === 0) throw new Error('the file became shorter while it was served')
      await sent
      sent = write(response, buffer.subarray(0, bytesRead)).then(() => {
        if (idle.length < MOST_IDLE) idle.push(buffer)
      })
      // It may fail while the next part is read; it is awaited after that.
      sent.catch(() => {})
      at += bytesRead
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
