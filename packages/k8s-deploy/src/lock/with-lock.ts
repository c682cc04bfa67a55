import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { FaultError } from '@homerack/errors'
import { isNotFound, statusOf } from '../cluster/api-status.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { isUnavailable, isUnreachable, pauseFor } from '../cluster/retry.ts'
import { type KubeObject, numberAt, textAt } from '../object/kube-object.ts'

export type LockOptions = {
  /** After so many seconds without a sign of life the holder counts as gone; 15 unless told. */
  readonly seconds?: number
  /** Who says to hold it; user, host and process unless told. */
  readonly holder?: string
}

type Service = { readonly name: string; readonly namespace: string }

/**
 * Runs `work` while holding the Lease `homerack-NAME` of a service, so that two never apply it at once. The signal
 * that `work` gets ends when the lease is lost. A lease whose holder was killed is taken over when it was not renewed
 * for as long as it says, measured by our own clock only: clocks of different machines are not compared.
 *
 * Throws E_APPLY_LOCKED, naming the holder; E_APPLY_LOCK_LOST; and what `work` throws.
 */
export async function withLock<T>(
  cluster: Cluster,
  service: Service,
  { seconds = 15, holder = thisProcess() }: LockOptions,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lock: Lock = { cluster, service, seconds, holder }
  let lease = await take(lock, signal)
  const stop = new AbortController()
  const lost = new AbortController()
  const renewing = (async () => {
    for (;;) {
      await pauseFor((seconds * 1000) / 3, stop.signal)
      lease = await renew(lock, lease, stop.signal)
    }
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) lost.abort(error)
  })
  try {
    return await work(AbortSignal.any([signal, lost.signal]))
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error
  } finally {
    stop.abort()
    await renewing
    if (!lost.signal.aborted) await release(lock, lease)
  }
}

type Lock = {
  readonly cluster: Cluster
  readonly service: Service
  readonly seconds: number
  readonly holder: string
}

function thisProcess(): string {
  return `${userInfo().username}@${hostname()}, process ${process.pid}, ${randomBytes(3).toString('hex')}`
}

async function take(lock: Lock, signal: AbortSignal): Promise<KubeObject> {
  let seen: { lease: KubeObject; since: number } | undefined
  for (;;) {
    const live = await read(lock, signal)
    const holder = textAt(live, 'spec', 'holderIdentity')
    const isHeld = live !== undefined && holder !== ''
    if (live && isHeld) {
      // It was renewed, or taken, under our eyes: somebody is alive.
      const isAlive = seen && seen.lease.metadata.resourceVersion !== live.metadata.resourceVersion
      if (isAlive) throw locked(lock.service, holder)
      seen ??= { lease: live, since: performance.now() }
      const patience = numberAt(live, ['spec', 'leaseDurationSeconds'], lock.seconds) * 1000
      if (performance.now() - seen.since < patience) {
        await pauseFor(Math.min(patience / 10, 1000), signal)
        continue
      }
    }
    const taken = await write(lock, live, lock.holder, signal)
    if (taken) return taken
    // Somebody was faster.
    const other = textAt(await read(lock, signal), 'spec', 'holderIdentity')
    if (other !== '') throw locked(lock.service, other)
  }
}

/** Throws E_APPLY_LOCK_LOST if somebody else holds it now. While the API server is away it is neither ours nor lost. */
async function renew(lock: Lock, lease: KubeObject, signal: AbortSignal): Promise<KubeObject> {
  try {
    const renewed = await write(lock, lease, lock.holder, signal)
    if (renewed) return renewed
    const live = await read(lock, signal)
    if (live && textAt(live, 'spec', 'holderIdentity') === lock.holder) return live
    const cause = `${textAt(live, 'spec', 'holderIdentity') || 'somebody'} took over its lease meanwhile`
    throw new FaultError({ code: 'E_APPLY_LOCK_LOST', subject: lock.service.name, cause, hint: 'Run again.' })
  } catch (error) {
    if (isUnreachable(error) || isUnavailable(error)) return lease
    throw error
  }
}

async function release(lock: Lock, lease: KubeObject): Promise<void> {
  // It runs out by itself if this fails.
  await write(lock, lease, '', AbortSignal.timeout(5000)).catch(() => {})
}

/** Writes the lease if it is still as we know it; undefined if it is not. */
async function write(
  { cluster, service, seconds }: Lock,
  known: KubeObject | undefined,
  holder: string,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const { namespace } = service
  const name = nameOf(service)
  const now = `${new Date().toISOString().slice(0, -1)}000Z`
  const { resourceVersion } = known?.metadata ?? {}
  const body = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    spec: {
      leaseDurationSeconds: seconds,
      renewTime: now,
      ...(holder === '' ? {} : { holderIdentity: holder }),
    },
  }
  const [method, path] = known ? ['PUT', leasePath(namespace, name)] : ['POST', leasePath(namespace)]
  try {
    return (await cluster.request(method, path, { body, signal })) as KubeObject
  } catch (error) {
    const code = statusOf(error)?.code
    if (code === 409 || (known && code === 404)) return undefined
    throw error
  }
}

async function read({ cluster, service }: Lock, signal: AbortSignal): Promise<KubeObject | undefined> {
  try {
    const path = leasePath(service.namespace, nameOf(service))
    return (await cluster.request('GET', path, { signal })) as KubeObject
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

function nameOf({ name }: Service): string {
  return `homerack-${name}`
}

function leasePath(namespace: string, name?: string): string {
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`
  return name === undefined ? collection : `${collection}/${encodeURIComponent(name)}`
}

function locked({ name }: Service, holder: string): FaultError {
  return new FaultError({
    code: 'E_APPLY_LOCKED',
    subject: name,
    cause: `${holder} is applying it now`,
    hint: 'Run again when that has ended.',
  })
}
