import { apiError, statusOf, toStatus } from '../cluster/api-status.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { isUnavailable, isUnreachable, pauseFor } from '../cluster/retry.ts'
import { type KubeObject, listAt, textAt } from '../object/kube-object.ts'

/** Which objects are followed: a collection, and where wanted a selector on their fields. */
export type Collection = { readonly path: string; readonly fieldSelector?: string | undefined }

/** The objects of a collection, by `NAMESPACE/NAME`. */
export type Picture = ReadonlyMap<string, KubeObject>

/** Seconds after which a watch is ended by the server and begun again. */
const watchSeconds = 300

/**
 * Keeps a picture of a collection up to date: one list, then a watch with bookmarks that goes on from where it was
 * when it breaks, and a new list when the server has forgotten that point (410). A kind that is not served has no
 * objects. Runs until the signal; throws a FaultError when the server refuses.
 */
export async function follow(
  cluster: Cluster,
  collection: Collection,
  signal: AbortSignal,
  onChange: (picture: Picture) => void,
): Promise<void> {
  const state: State = { objects: new Map(), version: undefined }
  for (let failures = 0; !signal.aborted; ) {
    try {
      if (state.version === undefined) {
        await list(cluster, collection, state, signal)
        onChange(state.objects)
      }
      await watch(cluster, collection, state, signal, () => {
        failures = 0
        onChange(state.objects)
      })
    } catch (error) {
      if (signal.aborted) return
      const code = statusOf(error)?.code
      if (code === 404) onChange(new Map())
      if (code === 404 || code === 410) state.version = undefined
      else if (!isUnreachable(error) && !isUnavailable(error)) throw error
    }
    await pauseFor(Math.min(100 * 2 ** failures++, 5000), signal).catch(() => {})
  }
}

type State = { readonly objects: Map<string, KubeObject>; version: string | undefined }

async function list(
  cluster: Cluster,
  { path, fieldSelector }: Collection,
  state: State,
  signal: AbortSignal,
) {
  const answer = await cluster.request('GET', path, { query: { fieldSelector }, signal })
  // Items of a list do not say what they are.
  const apiVersion = textAt(answer, 'apiVersion')
  const kind = textAt(answer, 'kind').replace(/List$/, '')
  state.objects.clear()
  for (const item of listAt(answer, 'items')) {
    const object = { ...item, apiVersion, kind } as unknown as KubeObject
    state.objects.set(keyOf(object), object)
  }
  state.version = textAt(answer, 'metadata', 'resourceVersion')
}

/** Takes in the events of one watch until it ends. */
async function watch(
  cluster: Cluster,
  { path, fieldSelector }: Collection,
  state: State,
  signal: AbortSignal,
  onChange: () => void,
) {
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: state.version,
    timeoutSeconds: String(watchSeconds),
    fieldSelector,
  }
  for await (const { type, object } of cluster.watch(path, { query, signal })) {
    if (type === 'ERROR') throw apiError(path, toStatus(object))
    state.version = textAt(object, 'metadata', 'resourceVersion') || state.version
    if (type === 'BOOKMARK') continue
    const changed = object as KubeObject
    if (type === 'DELETED') state.objects.delete(keyOf(changed))
    else state.objects.set(keyOf(changed), changed)
    onChange()
  }
}

function keyOf({ metadata: { namespace, name } }: KubeObject): string {
  return `${namespace ?? ''}/${name}`
}
