import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'

/** Nothing but our own files and our own server; no script or style inside a page. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Serves the files of `dist`, and `/api/…` from `api` (host:port) without the prefix: what a gateway does in a cluster. */
export function serve(dist: string, api: () => { readonly host: string; readonly port: number }): Server {
  return createServer((asked, answer) => {
    const { pathname } = new URL(asked.url ?? '/', 'http://till')
    if (pathname.startsWith('/api/')) passOn(asked, answer, api())
    else void sendFile(dist, pathname === '/' ? '/index.html' : pathname, answer)
  })
}

async function sendFile(dist: string, path: string, answer: ServerResponse): Promise<void> {
  const type = types[extname(path)]
  try {
    if (type === undefined || path.includes('..')) throw new Error('not one of ours')
    const bytes = await readFile(join(dist, path))
    answer.writeHead(200, {
      'Content-Type': type,
      'Content-Security-Policy': contentSecurityPolicy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    })
    answer.end(bytes)
  } catch {
    answer.writeHead(404).end()
  }
}

function passOn(asked: IncomingMessage, answer: ServerResponse, api: { host: string; port: number }): void {
  const passed = request(
    {
      host: api.host,
      port: api.port,
      method: asked.method,
      path: asked.url?.slice('/api'.length),
      headers: asked.headers,
    },
    (back) => {
      answer.writeHead(back.statusCode ?? 502, back.headers)
      back.pipe(answer)
    },
  )
  passed.on('error', () => {
    if (!answer.headersSent) answer.writeHead(502)
    answer.end()
  })
  asked.pipe(passed)
}
