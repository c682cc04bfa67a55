import type { Fault } from '@homerack/errors'
import type { Inventory } from '@homerack/flasher'
import type { DeployPlan } from '@homerack/k8s-deploy'

/** Where a node waits for its machine config, and the fingerprint of the certificate it showed there. */
export type Maintenance = { readonly address: string; readonly fingerprint: string }

/** What a node said last, about itself. */
export type ObservedNode =
  | { readonly kind: 'unseen' }
  | {
      readonly kind: 'netbooting'
      readonly inventory: Inventory | undefined
      /** Set while an agent works on an assignment. */
      readonly flashing:
        | { readonly phase: 'write' | 'verify'; readonly done: number; readonly total: number }
        | undefined
    }
  /** Flashed; its own system starts. */
  | { readonly kind: 'booting' }
  | ({ readonly kind: 'maintenance' } & Maintenance)
  | {
      readonly kind: 'running'
      readonly talos: string
      /** Whether its machine config says what the file says. */
      readonly config: 'same' | 'different'
      readonly changes: readonly string[]
      readonly etcdMembers: readonly string[]
    }
  | { readonly kind: 'refused'; readonly faults: readonly Fault[] }

export type ObservedService =
  /** The cluster does not answer yet, so nothing is known. */
  | { readonly kind: 'unknown' }
  /** Its kinds will be known when these services are deployed. */
  | { readonly kind: 'later'; readonly after: readonly string[] }
  | { readonly kind: 'compared'; readonly plan: DeployPlan; readonly ready: boolean; readonly reason: string }

export type Observed = {
  readonly nodes: ReadonlyMap<string, ObservedNode>
  /** Names of nodes that Kubernetes calls Ready; undefined if its API does not answer. */
  readonly kubernetes: { readonly ready: readonly string[] } | undefined
  readonly services: ReadonlyMap<string, ObservedService>
}
