import { setTimeout as sleep } from 'node:timers/promises'
import { FaultError, faultsOf } from '@homerack/errors'
import { type ControlPlane, observeEtcd } from './observe-etcd.ts'
import { planBootstrap } from './plan-bootstrap.ts'

/** `reason` is a sentence for people. The last event is `done`; without `node` etcd was there before. */
export type BootstrapEvent =
  | { type: 'waiting'; reason: string }
  | { type: 'bootstrapping'; node: string; reason: string }
  | { type: 'done'; node: string | undefined; reason: string }

export type BootstrapOptions = {
  /** All of the cluster's control planes, the one to bootstrap first. */
  readonly controlPlanes: readonly ControlPlane[]
  /** Milliseconds until it is given up; ten minutes if not said. */
  readonly timeoutMs?: number
  /** Milliseconds between two looks; 2000 if not said. */
  readonly pauseMs?: number
  readonly signal?: AbortSignal
}

/** Faults after which the node is worth asking again (Talos 1.13: CRI or clock not ready, or it went away). */
const passing = new Set([
  'E_TALOS_NOT_READY',
  'E_TALOS_TIME_NOT_IN_SYNC',
  'E_TALOS_UNAVAILABLE',
  'E_TALOS_UNREACHABLE',
  'E_TALOS_DEADLINE',
  'E_TALOS_CANCELED',
])

/**
 * Makes one etcd cluster out of the control planes, exactly once: looks at all of them before each attempt, always
 * chooses the same one, and treats one that has data already as done. Stopping at any point and running again is
 * safe. It is not for two operators at the same time, because Talos checks only the node that is asked.
 *
 * @throws FaultError E_ETCD_SPLIT; E_BOOTSTRAP_TIMEOUT with what was awaited last; other faults of the Bootstrap call.
 */
export async function* bootstrapOnce(options: BootstrapOptions): AsyncGenerator<BootstrapEvent, void> {
  const { controlPlanes, timeoutMs = 600_000, pauseMs = 2000, signal } = options
  const deadline = performance.now() + timeoutMs
  let said = ''
  for (;;) {
    const plan = planBootstrap(await Promise.all(controlPlanes.map((each) => observeEtcd(each, signal))))
    if (plan.action === 'refuse') throw new FaultError(plan.fault)
    if (plan.action === 'none') {
      const reason = `etcd has ${plan.members.length} member${plan.members.length === 1 ? '' : 's'}`
      return yield { type: 'done', node: undefined, reason }
    }
    let reason = plan.action === 'wait' ? plan.because.join('; ') : ''
    const chosen = plan.action === 'bootstrap' && controlPlanes.find(({ name }) => name === plan.node)
    if (chosen) {
      yield { type: 'bootstrapping', node: chosen.name, reason: `bootstrapping etcd on ${chosen.name}` }
      const refused = await tryBootstrap(chosen, signal)
      if (refused === undefined) {
        return yield { type: 'done', node: chosen.name, reason: `etcd was bootstrapped on ${chosen.name}` }
      }
      reason = `${chosen.name}: ${refused}`
    }
    if (performance.now() > deadline) throw timedOut(reason)
    if (reason !== said) yield { type: 'waiting', reason }
    said = reason
    await sleep(pauseMs, undefined, { signal })
  }
}

/** Why the node does not do it yet; undefined if it is done. */
async function tryBootstrap(
  { client }: ControlPlane,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    await client.bootstrap({}, { signal })
    return undefined
  } catch (error) {
    const [fault] = faultsOf(error) ?? []
    if (fault?.code === 'E_TALOS_ALREADY_BOOTSTRAPPED') return undefined
    if (fault && passing.has(fault.code)) return fault.cause
    throw error
  }
}

function timedOut(reason: string): FaultError {
  return new FaultError({
    code: 'E_BOOTSTRAP_TIMEOUT',
    subject: 'etcd',
    cause: reason,
    hint: 'A control plane that does not answer may hold the cluster: power it on, or take it out of homerack.yaml.',
  })
}
