import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { byteRange } from './byte-range.ts'
import { sendStatus } from './json-body.ts'

const CHUNK_BYTES = 1024 * 1024

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
  await pipeline(contentOf(file, start, end), response)
}

/** Reads by position, so that one open file serves many boards; a stream would close it when a board goes away. */
async function* contentOf({ content }: ServedFile, start: number, end: number): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) return yield content.subarray(start, end + 1)
  let at = start
  while (at <= end) {
    const length = Math.min(CHUNK_BYTES, end + 1 - at)
    const { bytesRead, buffer } = await content.read(Buffer.allocUnsafe(length), 0, length, at)
    if (bytesRead === 0) throw new Error('the file became shorter while it was served')
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}
