import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { Kubeconfig } from '../../../src/index.ts'

export type Answer = { readonly status: number; readonly body: { readonly [key: string]: unknown } }

/** Asks the API server that a kubeconfig names, with its certificate; a body makes it a POST. */
export async function get(
  { server, ca, crt, key }: Pick<Kubeconfig, 'server' | 'ca' | 'crt' | 'key'>,
  path: string,
  options: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  const credentials = options.headers?.authorization ? {} : { cert: crt, key: key.reveal() }
  const asked = request(`${server}${path}`, {
    agent: false,
    ca,
    ...credentials,
    method: options.body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', ...options.headers },
  })
  asked.end(options.body && JSON.stringify(options.body))
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const body = await text(response)
  return { status: response.statusCode ?? 0, body: body.startsWith('{') ? JSON.parse(body) : { text: body } }
}
