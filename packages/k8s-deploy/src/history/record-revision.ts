import { writeObject } from '../apply/write-object.ts'
import { isNotFound } from '../cluster/api-status.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { inParallel } from '../cluster/in-parallel.ts'
import { type KubeObject, listAt, textAt } from '../object/kube-object.ts'
import { findRevision, metadataOnly, type Service, secretPath } from './read-history.ts'
import { digestOf, nameOfPart, readyLabel, revisionLabel, serviceLabel, toSecrets } from './revision.ts'

/** So many revisions are kept. */
const kept = 10

/**
 * Keeps a set as the newest revision, unless the `newest` so far is this set already, and forgets the oldest. Answers
 * its number. Stopped in between, it leaves parts without a first one, which count for nothing and are overwritten.
 */
export async function recordRevision(
  cluster: Cluster,
  service: Service,
  newest: number,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<number> {
  const before = newest > 0 ? await findRevision(cluster, service, newest, signal) : undefined
  if (before?.digest === digestOf(objects)) return newest
  const number = newest + 1
  for (const part of toSecrets(service, number, objects).toReversed())
    await writeObject(cluster, part, true, signal)
  await forget(cluster, service, number - kept, signal)
  return number
}

/** Notes that everything in a revision became ready. */
export async function markReady(
  cluster: Cluster,
  { name, namespace }: Service,
  number: number,
  signal: AbortSignal,
): Promise<void> {
  await cluster.request('PATCH', secretPath(namespace, nameOfPart(name, number)), {
    body: { metadata: { labels: { [readyLabel]: 'true' } } },
    contentType: 'application/merge-patch+json',
    signal,
  })
}

async function forget(cluster: Cluster, { name, namespace }: Service, upTo: number, signal: AbortSignal) {
  if (upTo < 1) return
  const query = { labelSelector: `${serviceLabel}=${name},${revisionLabel}` }
  const list = await cluster.request('GET', secretPath(namespace), { query, accept: metadataOnly, signal })
  const old = listAt(list, 'items').filter(
    (item) => Number(textAt(item, 'metadata', 'labels', revisionLabel)) <= upTo,
  )
  await inParallel(old, async (item) => {
    const path = secretPath(namespace, textAt(item, 'metadata', 'name'))
    await cluster.request('DELETE', path, { signal }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  })
}
