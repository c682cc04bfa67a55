import { type KubeObject, listAt, textAt } from '../object/kube-object.ts'

export type Readiness = {
  readonly ready: boolean
  /** What is awaited; empty if nothing is. */
  readonly reason: string
  /** It will not become ready by itself. */
  readonly failed?: true
  /** Its controller says that it makes no progress. It may yet. */
  readonly stalled?: true
}

export const ready: Readiness = { ready: true, reason: '' }

export function pending(reason: string): Readiness {
  return { ready: false, reason }
}

export function failed(reason: string): Readiness {
  return { ready: false, reason, failed: true }
}

export type Condition = { readonly status: string; readonly reason: string; readonly message: string }

export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  const found = listAt(object, 'status', 'conditions').find((condition) => condition.type === type)
  return (
    found && {
      status: textAt(found, 'status'),
      reason: textAt(found, 'reason'),
      message: textAt(found, 'message'),
    }
  )
}
