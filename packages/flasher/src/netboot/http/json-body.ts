import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request that is answered with a status and a reason instead of being served. */
export type Refusal = { readonly kind: 'refused'; readonly status: 400 | 413; readonly cause: string }

/** Reads a JSON body of at most `most` bytes. */
export async function readJson(
  request: IncomingMessage,
  most: number,
): Promise<{ readonly kind: 'json'; readonly value: unknown } | Refusal> {
  const chunks: Buffer[] = []
  let size = 0
  // The connection stays, so that the refusal of a large body can still be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) return { kind: 'refused', status: 413, cause: `the body is larger than ${most} bytes` }
    chunks.push(chunk)
  }
  try {
    return { kind: 'json', value: JSON.parse(Buffer.concat(chunks).toString('utf8')) }
  } catch {
    return { kind: 'refused', status: 400, cause: 'the body is not JSON' }
  }
}

/** Answers with JSON. Never cached: every answer here is about now. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'cache-control': 'no-store',
  })
  response.end(body)
}

/** Answers with a status alone. */
export function sendStatus(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, status === 204 ? headers : { 'content-length': '0', ...headers })
  response.end()
}
