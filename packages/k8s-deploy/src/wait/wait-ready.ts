import type { Cluster } from '../cluster/cluster.ts'
import { awaitTargets, type WaitEvent } from './await-targets.ts'
import { type Subjects, targetsOf } from './targets.ts'

export type WaitReadyOptions = Subjects & {
  readonly cluster: Cluster
  /** How long, in milliseconds, all of it may take together. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Called when what is awaited changes. */
  readonly onEvent?: (event: WaitEvent) => void
}

/**
 * Waits until every object of a plan, or of manifests, is ready and what was pruned is gone. It watches; it does not
 * ask again and again.
 *
 * Throws E_NOT_READY with its reason for each object that is not ready, when the time is over or as soon as one has
 * failed for good, and what `Cluster.request` throws.
 */
export async function waitReady(options: WaitReadyOptions): Promise<void> {
  const { cluster, timeoutMs, signal, onEvent } = options
  const targets = await targetsOf(cluster, options)
  await awaitTargets({ cluster, targets, timeoutMs, signal, onEvent })
}
