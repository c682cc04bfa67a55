import type { IncomingMessage } from 'node:http'
import { FaultError } from '@homerack/errors'
import { type ApiResources, discoveryType, toApiResources } from './api-resources.ts'
import { apiError, readStatus } from './api-status.ts'
import type { Cluster, RequestOptions, WatchEvent } from './cluster.ts'
import { connectionError } from './connection-error.ts'
import { parseKubeconfig } from './kubeconfig.ts'
import { readWatch } from './read-watch.ts'
import { isUnreachable, pauseFor, retryAfter, withPatience } from './retry.ts'
import { createTransport, type Exchange, readText, type Transport } from './transport.ts'

export type ConnectOptions = {
  /** The text of a kubeconfig with everything inside it. */
  readonly kubeconfig: string | { reveal(): string }
  /** The context to use; its current one unless told. */
  readonly context?: string
  /** Where to dial an address that the kubeconfig names. TLS is verified against the address as named. */
  readonly resolve?: (address: string) => string
  /** Ends this connection and every request on it. */
  readonly signal?: AbortSignal | undefined
}

/** An answer has to begin within this; a watch says something at least this often, thanks to its bookmarks. */
const silence = { request: 60_000, watch: 120_000 }
const busyPatience = 10_000

/**
 * Connects to the API server of a kubeconfig and asks for its version, to be sure that it answers.
 *
 * Throws E_KUBECONFIG and what `Cluster.request` throws.
 */
export async function connectCluster(options: ConnectOptions): Promise<Cluster> {
  const {
    kubeconfig,
    resolve = (address) => address,
    signal: lifetime = new AbortController().signal,
  } = options
  const context = parseKubeconfig(
    typeof kubeconfig === 'string' ? kubeconfig : kubeconfig.reveal(),
    options.context,
  )
  const transport = createTransport(context, resolve)
  const server = context.server.host
  let known: Promise<ApiResources> | undefined

  const exchanged = (method: string, path: string, requestOptions: RequestOptions) => {
    const signal = joined(lifetime, requestOptions.signal)
    const exchange = toExchange(method, path, requestOptions, signal, silence.request)
    return withPatience(
      () => answer(transport, exchange, server, Math.max(busyPatience, requestOptions.patience ?? 0)),
      isUnreachable,
      requestOptions.patience ?? 0,
      signal,
    )
  }
  const request: Cluster['request'] = async (method, path, requestOptions = {}) =>
    parsed(await exchanged(method, path, requestOptions), server)
  const text: Cluster['text'] = (path, textOptions = {}) =>
    exchanged('GET', path, { ...textOptions, accept: '*/*' })
  async function* watch(path: string, requestOptions: RequestOptions = {}): AsyncGenerator<WatchEvent> {
    const signal = joined(lifetime, requestOptions.signal)
    const response = await transport.send(toExchange('GET', path, requestOptions, signal, silence.watch))
    if (response.statusCode !== 200) throw await refusal(response, signal, server)
    try {
      yield* readWatch(response.setEncoding('utf8'))
    } catch (error) {
      throw signal.aborted ? signal.reason : connectionError(server, error as Error)
    } finally {
      response.destroy()
    }
  }
  const resources: Cluster['resources'] = ({ refresh = false } = {}) => {
    if (known && !refresh) return known
    const ask = (path: string) => request('GET', path, { accept: `${discoveryType},application/json` })
    const asked = Promise.all([ask('/api'), ask('/apis')]).then(toApiResources)
    known = asked
    asked.catch(() => {
      if (known === asked) known = undefined
    })
    return asked
  }
  try {
    await request('GET', '/version')
  } catch (error) {
    transport.close()
    throw error
  }
  return { server, request, text, watch, resources, close: transport.close }
}

/** Sends, and sends again while the server says that it is busy. */
async function answer(
  transport: Transport,
  exchange: Exchange,
  server: string,
  patience: number,
): Promise<string> {
  const end = performance.now() + patience
  for (;;) {
    const response = await transport.send(exchange)
    const code = response.statusCode ?? 0
    if (code >= 200 && code < 300) return readText(response, exchange.signal, server)
    const pause = retryAfter(code, response.headers['retry-after'])
    const error = await refusal(response, exchange.signal, server)
    if (pause === undefined || performance.now() + pause > end) throw error
    await pauseFor(pause, exchange.signal)
  }
}

function parsed(text: string, server: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const cause = 'does not answer in JSON, so it is no Kubernetes API'
    throw new FaultError({ code: 'E_CLUSTER_ERROR', subject: server, cause })
  }
}

async function refusal(response: IncomingMessage, signal: AbortSignal, server: string): Promise<Error> {
  const text = await readText(response, signal, server)
  return apiError(server, readStatus(response.statusCode ?? 0, text))
}

function toExchange(
  method: string,
  path: string,
  { body, contentType = 'application/json', accept = 'application/json', query = {} }: RequestOptions,
  signal: AbortSignal,
  longest: number,
): Exchange {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value)
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers: Record<string, string> = { accept, 'user-agent': 'homerack' }
  if (text !== undefined) {
    headers['content-type'] = contentType
    headers['content-length'] = String(Buffer.byteLength(text))
  }
  return {
    method,
    path: search.size > 0 ? `${path}?${search}` : path,
    headers,
    body: text,
    signal,
    silence: longest,
  }
}

function joined(lifetime: AbortSignal, signal: AbortSignal | undefined): AbortSignal {
  return signal && signal !== lifetime ? AbortSignal.any([lifetime, signal]) : lifetime
}
