import { Agent, request } from 'node:https'
import { createInterface } from 'node:readline'
import type { KubeObject } from '../../../src/kubernetes/types/object.ts'
import type { Pair } from './certificates.ts'

/** Whatever an answer holds; tests look into it freely. */
// biome-ignore lint/suspicious/noExplicitAny: answers are checked field by field by the tests
export type Answer = { code: number; body: any; headers: Record<string, string | string[] | undefined> }
// biome-ignore lint/suspicious/noExplicitAny: as above
export type WatchEvent = { type: string; object: any }

export type Client = ReturnType<typeof createClient>

const types = {
  apply: 'application/apply-patch+yaml',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
}

/** A bare HTTPS client of the API with a client certificate (or none). */
export function createClient(url: string, ca: string, identity?: Pair) {
  const agent = new Agent({
    ca,
    keepAlive: true,
    ...(identity ? { cert: identity.crt, key: identity.key } : {}),
  })
  const open = (method: string, path: string, headers: Record<string, string>, body?: string) =>
    new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      const call = request(`${url}${path}`, { method, agent, headers }, resolve)
      call.on('error', reject)
      call.end(body)
    })
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const all = {
      'user-agent': 'test/1',
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
      ...headers,
    }
    const response = await open(method, path, all, text)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    const answer = Buffer.concat(chunks).toString()
    const parsed = response.headers['content-type']?.includes('json') ? JSON.parse(answer) : answer
    return { code: response.statusCode ?? 0, body: parsed, headers: response.headers }
  }
  return {
    send,
    get: (path: string, headers?: Record<string, string>) => send('GET', path, undefined, headers),
    post: (path: string, body: unknown) => send('POST', path, body),
    put: (path: string, body: unknown) => send('PUT', path, body),
    delete: (path: string, body?: unknown) => send('DELETE', path, body),
    patch: (kind: keyof typeof types, path: string, body: unknown) =>
      send('PATCH', path, body, { 'content-type': types[kind] }),
    apply: (path: string, object: object, manager = 'test', query = '') =>
      send('PATCH', `${path}?fieldManager=${manager}${query}`, object, { 'content-type': types.apply }),
    async watch(path: string, headers: Record<string, string> = {}) {
      const response = await open('GET', path, headers)
      const lines = createInterface({ input: response })[Symbol.asyncIterator]()
      return {
        code: response.statusCode,
        async next(): Promise<WatchEvent | undefined> {
          const { value, done } = await lines.next()
          return done ? undefined : JSON.parse(value)
        },
        close: () => response.destroy(),
      }
    },
    /** Looks again until an object is as wanted. */
    async until(
      path: string,
      wanted: (object: KubeObject & Record<string, never>) => unknown,
    ): Promise<Answer['body']> {
      for (;;) {
        const { body } = await send('GET', path)
        if (wanted(body)) return body
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    close: () => agent.destroy(),
  }
}
