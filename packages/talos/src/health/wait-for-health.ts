import { setTimeout as sleep } from 'node:timers/promises'
import { FaultError } from '@homerack/errors'
import { type ClusterNode, healthChecks } from './health-checks.ts'

/** `check` in Talos' words. `reasons`: what it still waits for, a node each. */
export type HealthEvent =
  | { type: 'waiting'; check: string; reasons: readonly string[] }
  | { type: 'passed'; check: string }

export type HealthOptions = {
  readonly nodes: readonly ClusterNode[]
  /** Milliseconds for all checks together; twenty minutes if not said. */
  readonly timeoutMs?: number
  /** Milliseconds between two looks; 5000 if not said, like Talos. */
  readonly pauseMs?: number
  readonly signal?: AbortSignal
}

/**
 * Waits for what Talos calls a healthy cluster, in its order, as far as the Talos API alone can tell: etcd, apid,
 * sizes, diagnostics, kubelet, boot. What it waits for is told when it changes. Returns when all holds.
 *
 * @throws FaultError E_TALOS_UNHEALTHY with a fault for every reason at the end of the time.
 */
export async function* waitForHealth(options: HealthOptions): AsyncGenerator<HealthEvent, void> {
  const { nodes, timeoutMs = 1_200_000, pauseMs = 5000, signal } = options
  const deadline = performance.now() + timeoutMs
  for (const { name: check, run } of healthChecks) {
    let said = ''
    for (;;) {
      signal?.throwIfAborted()
      const reasons = await run(nodes, signal)
      if (reasons.length === 0) break
      if (performance.now() > deadline) throw unhealthy(check, reasons)
      if (reasons.join() !== said) yield { type: 'waiting', check, reasons }
      said = reasons.join()
      await sleep(pauseMs, undefined, { signal })
    }
    yield { type: 'passed', check }
  }
}

function unhealthy(check: string, reasons: readonly string[]): FaultError {
  const hint = `It waited for ${check}.`
  return new FaultError(
    reasons.map((cause) => ({ code: 'E_TALOS_UNHEALTHY', subject: 'cluster', cause, hint })),
  )
}
