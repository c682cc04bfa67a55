import type { Http2ServerResponse } from 'node:http2'
import { served } from '../registry/registry.ts'
import { badRequest, expired } from '../registry/status-error.ts'
import type { StoreEvent } from '../storage/store.ts'
import type { KubeObject } from '../types/object.ts'
import { apiVersionOf, keyOf } from '../types/resource.ts'
import type { Context } from './context.ts'
import { type View, viewObject } from './negotiate.ts'
import { select, selection } from './read.ts'
import type { Target } from './target.ts'

const bookmarkEvery = 60_000
/** A watcher that is this far behind is let go; it starts again from its last version. */
const backlogLimit = 64 * 1024 * 1024

/** Streams changes as one JSON object a line until the client leaves or its timeout is over. */
export function watch(
  context: Context,
  target: Target,
  query: URLSearchParams,
  view: View,
  response: Http2ServerResponse,
) {
  const { store, clock } = context
  const { resource } = target
  const key = keyOf(resource)
  const matches = selection(target, query)
  const start = startOf(query.get('resourceVersion'))
  const initial = query.get('sendInitialEvents') === 'true'
  const bookmarks = query.get('allowWatchBookmarks') === 'true'
  if (initial && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    throw badRequest('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
  }
  const missed = start === 0 || initial ? [] : store.since(start)
  let header = true
  const send = (type: string, object: unknown) => {
    if (response.writableEnded || response.destroyed) return
    response.write(`${JSON.stringify({ type, object })}\n`)
    if (response.stream && response.stream.writableLength > backlogLimit) response.destroy()
  }
  const sendObject = (type: string, object: KubeObject) => {
    send(type, viewObject(context, resource, object, view, header))
    header = false
  }
  const bookmark = (annotations?: Record<string, string>) => {
    const metadata = {
      resourceVersion: String(store.revision()),
      creationTimestamp: null,
      ...(annotations ? { annotations } : {}),
    }
    send('BOOKMARK', { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata })
  }
  const follow = (event: StoreEvent) => {
    if (
      event.key !== key ||
      (target.namespace !== undefined && event.object.metadata.namespace !== target.namespace)
    )
      return
    const type = typeFor(event, matches)
    if (type) sendObject(type, served(resource, event.object))
  }

  response.writeHead(200, { 'content-type': 'application/json' })
  if (!missed) {
    send('ERROR', expired(`too old resource version: ${start} (${store.oldest()})`).status)
    response.end()
    return
  }
  if (start === 0 || initial) for (const object of select(context, target, query)) sendObject('ADDED', object)
  if (initial && bookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' })
  for (const event of missed) follow(event)
  flush(response)

  const unsubscribe = store.subscribe(follow)
  const timeout = Number(query.get('timeoutSeconds') ?? 0) * 1000
  const end = timeout > 0 ? clock.after(timeout, () => response.end()) : undefined
  let next = bookmarks ? clock.after(bookmarkEvery, tick) : undefined
  function tick() {
    bookmark()
    next = clock.after(bookmarkEvery, tick)
  }
  response.on('close', () => {
    unsubscribe()
    end?.cancel()
    next?.cancel()
  })
}

/** A change as a watcher with a selector sees it: what starts or stops matching is added or deleted. */
function typeFor(
  event: StoreEvent,
  matches: (object: KubeObject) => boolean,
): StoreEvent['type'] | undefined {
  const before = event.previous !== undefined && matches(event.previous)
  const after = event.type !== 'DELETED' && matches(event.object)
  if (event.type === 'DELETED') return before || matches(event.object) ? 'DELETED' : undefined
  if (after) return before ? 'MODIFIED' : 'ADDED'
  return before ? 'DELETED' : undefined
}

function startOf(text: string | null): number {
  if (text === null || text === '') return 0
  if (!/^\d+$/.test(text)) throw badRequest(`invalid resource version ${JSON.stringify(text)}`)
  return Number(text)
}

/** Sends the headers now; HTTP/2 and HTTP/1.1 responses both can, only the types of one do not say so. */
function flush(response: Http2ServerResponse) {
  ;(response as Http2ServerResponse & { flushHeaders(): void }).flushHeaders()
}
