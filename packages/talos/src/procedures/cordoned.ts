import { setTimeout as sleep } from 'node:timers/promises'
import { FaultError, faultsOf } from '@homerack/errors'
import type { KubernetesPort } from './kubernetes-port.ts'
import type { ProcedureEvent } from './procedure.ts'

const uncordonPauseMs = 500

type Cordoned = {
  readonly kubernetes: KubernetesPort
  readonly node: string
  readonly drainMs: number
  readonly uncordonMs?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Cordons and drains a node, runs `body`, and makes the node schedulable again however that ends, unless somebody
 * else had cordoned it or `body` returns 'gone'. A node that Kubernetes does not know needs none of it.
 *
 * @throws FaultError E_DRAIN_BLOCKED; E_NODE_CORDONED beside the failure if the cordon could not be taken back.
 */
export async function* cordoned(
  { kubernetes, node, drainMs, uncordonMs = 30_000, signal }: Cordoned,
  body: () => AsyncGenerator<ProcedureEvent, 'gone' | undefined>,
): AsyncGenerator<ProcedureEvent, void> {
  const before = await kubernetes.node(node, signal)
  if (!before) {
    yield* body()
    return
  }
  let release = before.cordon !== 'foreign'
  let failure: unknown
  try {
    if (before.cordon === 'none') {
      yield { type: 'step', node, action: 'cordon', reason: 'no new pods here' }
      await kubernetes.cordon(node, signal)
    }
    yield* drain({ kubernetes, node, drainMs, signal })
    if ((yield* body()) === 'gone') release = false
  } catch (error) {
    failure = error
    throw error
  } finally {
    if (release) await uncordon(kubernetes, node, { uncordonMs, failure })
  }
  if (release) yield { type: 'step', node, action: 'uncordon', reason: 'pods may come back' }
}

async function* drain(task: Cordoned): AsyncGenerator<ProcedureEvent, void> {
  const { kubernetes, node, drainMs, signal } = task
  yield { type: 'step', node, action: 'drain', reason: 'pods move away, as their disruption budgets allow' }
  const late = AbortSignal.timeout(drainMs)
  let waits = 'pods are still there'
  try {
    for await (const reason of kubernetes.drain(node, signal ? AbortSignal.any([signal, late]) : late)) {
      waits = reason
      yield { type: 'waiting', node, action: 'drain', reason }
    }
  } catch (error) {
    if (!late.aborted || signal?.aborted) throw error
  }
  if (!late.aborted) return
  const hint = 'A disruption budget that allows none, or a pod that does not end. The node goes on as before.'
  throw new FaultError({ code: 'E_DRAIN_BLOCKED', subject: node, cause: waits, hint })
}

/** Also when the procedure was aborted, so its signal is not heard here. */
async function uncordon(
  kubernetes: KubernetesPort,
  node: string,
  { uncordonMs, failure }: { uncordonMs: number; failure: unknown },
): Promise<void> {
  const limit = AbortSignal.timeout(uncordonMs)
  for (;;) {
    try {
      return await kubernetes.uncordon(node, limit)
    } catch (error) {
      if (!limit.aborted && faultsOf(error))
        await sleep(uncordonPauseMs, undefined, { signal: limit }).catch(() => {})
      if (!limit.aborted && faultsOf(error)) continue
      const cause = `it could not be made schedulable again: ${error instanceof Error ? error.message : error}`
      const fault = {
        code: 'E_NODE_CORDONED',
        subject: node,
        cause,
        hint: `kubectl uncordon ${node}`,
      } as const
      throw new FaultError([...(faultsOf(failure) ?? []), fault], { cause: failure ?? error })
    }
  }
}
