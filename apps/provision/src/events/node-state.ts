import type { Fault } from '@homerack/errors'

/** Where a board stands, with what is known of it there. */
export type NodeState =
  /** Nothing has been heard of it. */
  | { readonly kind: 'unseen' }
  /** It loads its first stage, or the flash agent waits there. `disk` once the agent has reported. */
  | { readonly kind: 'netbooting'; readonly detail: string }
  | {
      readonly kind: 'flashing'
      readonly phase: 'write' | 'verify'
      readonly done: number
      readonly total: number
      /** Bytes per second over the last moments. */
      readonly rate: number
    }
  /** Talos runs from NVMe and waits for its machine config. */
  | { readonly kind: 'maintenance'; readonly address: string }
  | { readonly kind: 'configuring'; readonly address: string }
  | { readonly kind: 'joining'; readonly waitsFor: string }
  | { readonly kind: 'ready'; readonly detail: string }
  | { readonly kind: 'refused'; readonly faults: readonly Fault[] }

export type NodeStateKind = NodeState['kind']
