import type { Fault } from '@homerack/errors'
import type { DiskFound } from '@homerack/flasher'
import type { DeployPlan } from '@homerack/k8s-deploy'

/** One thing to do. A plan is a list of these, and apply does nothing that is not in it. */
export type Step =
  | {
      readonly kind: 'flash'
      readonly node: string
      /** The disk as its board described it. */
      readonly disk: DiskFound
      /** Consent to destroy what is on the disk, given by name. */
      readonly erase: boolean
    }
  | {
      readonly kind: 'configure'
      readonly node: string
      readonly role: string
      readonly address: string
      readonly changes: readonly string[]
    }
  | { readonly kind: 'bootstrap' }
  | { readonly kind: 'join'; readonly from: number; readonly to: number }
  | { readonly kind: 'deploy'; readonly service: string; readonly plan: DeployPlan | undefined }
  /** Nothing to change, but it is not ready yet. */
  | { readonly kind: 'await'; readonly subject: string; readonly reason: string }

export type StepKind = Step['kind']

/** What will be done, as a value: `apply` consumes exactly this. */
export type Plan = {
  readonly rack: string
  readonly image: { readonly talos: string; readonly sha256: string }
  readonly steps: readonly Step[]
  /** What stands in the way; nothing is done to these nodes. */
  readonly refused: readonly { readonly node: string; readonly faults: readonly Fault[] }[]
  readonly unchanged: { readonly nodes: number; readonly services: number }
}

/** A plan is empty if everything is as the file says. */
export function isEmpty(plan: Plan): boolean {
  return plan.steps.length === 0 && plan.refused.length === 0
}
