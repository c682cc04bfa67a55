import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { byteRange } from './byte-range.ts'
import { sendStatus } from './json-body.ts'

/** A file that never changes while it is served. `sha256` is its ETag; `content` is bytes or an open file. */
export type ServedFile = {
  readonly sha256: string
  readonly size: number
  readonly type: string
  readonly content: Uint8Array | { readonly fd: number }
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

function contentOf({ content }: ServedFile, start: number, end: number): Readable {
  if (content instanceof Uint8Array) return Readable.from([content.subarray(start, end + 1)])
  return createReadStream('', { fd: content.fd, autoClose: false, start, end, highWaterMark: 1024 * 1024 })
}
