import type { KubeObject } from '../object/kube-object.ts'
import { readinessOf } from './readiness.ts'
import { pending, type Readiness, ready } from './readiness-type.ts'
import type { Target } from './targets.ts'

/** Whether a target is as it should be, given the live object or that there is none. */
export function lookAtTarget({ gone }: Target, live: KubeObject | undefined): Readiness {
  if (!live) return gone ? ready : pending('it does not exist yet')
  if (!gone) return readinessOf(live)
  const held = live.metadata.finalizers?.join(', ')
  return pending(`it is being deleted${held ? `, held by its finalizers ${held}` : ''}`)
}
