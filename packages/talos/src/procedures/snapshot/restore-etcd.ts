import { createReadStream } from 'node:fs'
import { faultsOf } from '@homerack/errors'
import { causeOf } from '../../bootstrap/observe-etcd.ts'
import { checkEtcd } from '../etcd/check-etcd.ts'
import { observeEtcdHealth } from '../etcd/observe-etcd-health.ts'
import {
  follow,
  nodeOf,
  type ProcedureEvent,
  type ProcedureNode,
  type ProcedureOptions,
  type ProcedurePlan,
  type Work,
} from '../procedure.ts'
import { until } from '../until.ts'
import type { EtcdRestoreObservation, EtcdRestoreStep, EtcdRestoreView } from './plan-etcd-restore.ts'
import { checkSnapshot } from './snapshot-etcd.ts'

export type EtcdRestoreTools = ProcedureOptions & {
  /** All control planes, the one to recover on first. */
  readonly nodes: readonly ProcedureNode[]
  /** The snapshot file. */
  readonly path: string
}

type Task = EtcdRestoreTools & { readonly step: EtcdRestoreStep; readonly node: ProcedureNode }

export async function observeEtcdRestore(tools: EtcdRestoreTools): Promise<EtcdRestoreObservation> {
  const { nodes, path, signal } = tools
  const controlPlanes = await Promise.all(nodes.map((node) => observeData(node, signal)))
  return { controlPlanes, snapshot: await checkSnapshot(path, signal) }
}

/**
 * Does what `planEtcdRestore` planned. If it stops on the way, plan again: nodes that are empty are not wiped twice.
 *
 * @throws FaultError what the plan refuses; E_RESTORE_TIMEOUT; faults of etcd and of the calls.
 */
export function restoreEtcd(
  plan: ProcedurePlan<EtcdRestoreStep>,
  tools: EtcdRestoreTools,
): AsyncGenerator<ProcedureEvent, void> {
  return follow(plan, (step) =>
    actions[step.action]({ ...tools, step, node: nodeOf(tools.nodes, step.node) }),
  )
}

const actions: Record<EtcdRestoreStep['action'], (task: Task) => Work> = {
  wipe: ({ node, step, signal }) => {
    const { partitions } = step
    // Not graceful: there is no etcd that could be left in peace.
    return node.client.reset({ graceful: false, reboot: true, partitions }, { signal })
  },
  empty: (task) =>
    waitFor(task, async () => {
      const view = await observeData(task.node, task.signal)
      if (view.etcd === 'empty') return undefined
      return view.etcd === 'unseen' ? view.because : `etcd is ${view.state}`
    }),
  upload: ({ node, path, signal }) => node.client.etcdRecover(createReadStream(path), { signal }),
  recover: (task) =>
    waitFor(task, async () => {
      const { skipHashCheck } = task.step
      await task.node.client
        .bootstrap({ recoverEtcd: true, skipHashCheck }, { signal: task.signal })
        .catch(alreadyDone)
      return undefined
    }),
  members: (task) =>
    waitFor(task, async () => {
      const faults = checkEtcd([await observeEtcdHealth(task.node, task.signal)])
      // One view cannot tell whether the others are there: each has its own step.
      const own = faults.filter(({ subject }) => subject === task.node.name)
      return own.length > 0 ? own : undefined
    }),
}

function waitFor(task: Task, look: Parameters<typeof until>[0]): AsyncGenerator<ProcedureEvent, void> {
  const { node, step, signal, rebootMs = 900_000, pauseMs = 2000 } = task
  const hint = 'Plan again and go on: what is done is not done twice.'
  const late = { code: 'E_RESTORE_TIMEOUT', hint } as const
  return until(look, { node: node.name, action: step.action, late, timeoutMs: rebootMs, pauseMs, signal })
}

async function observeData(
  { name: node, client }: ProcedureNode,
  signal?: AbortSignal,
): Promise<EtcdRestoreView> {
  try {
    const state = (await client.services({ signal })).find(({ id }) => id === 'etcd')?.state
    if (state === undefined) return { node, etcd: 'unseen', because: 'etcd has not started' }
    if (state === 'Preparing') return { node, etcd: 'empty' }
    const members = await client.etcdMembers({}, { timeoutMs: 5000, signal }).catch(() => [])
    return { node, etcd: 'data', state, members: members.length }
  } catch (error) {
    signal?.throwIfAborted()
    return { node, etcd: 'unseen', because: causeOf(error) }
  }
}

function alreadyDone(error: unknown): void {
  if (!faultsOf(error)?.some(({ code }) => code === 'E_TALOS_ALREADY_BOOTSTRAPPED')) throw error
}
