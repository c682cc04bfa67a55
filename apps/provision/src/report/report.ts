import type { Fault } from '@homerack/errors'
import type { NodeStateKind } from '../events/node-state.ts'
import type { Phase, ServiceState } from '../events/provision-event.ts'

export type NodeReport = {
  readonly name: string
  readonly slot: number
  readonly state: NodeStateKind
  /** Milliseconds per phase; a phase that this run did not see is absent. */
  readonly phases: Readonly<Partial<Record<Phase, number>>>
  /** What was written to its disk, if it was flashed. `sha256` is over the ranges as read back. */
  readonly flashed?: {
    readonly image: string
    readonly sha256: string
    readonly written: number
    readonly skipped: number
  }
}

export type ServiceReport = { readonly name: string; readonly state: ServiceState['kind'] }

/** What a run did and found. The last event of every run. */
export type Report = {
  readonly result: 'ok' | 'failed'
  readonly rack: string
  readonly talos: string
  readonly kubernetes: string
  readonly durationMs: number
  /** Whether anything was changed. */
  readonly changed: boolean
  readonly nodes: readonly NodeReport[]
  readonly services: readonly ServiceReport[]
  /** The longest time that any node spent in each phase, in order. */
  readonly phases: readonly { readonly name: Phase; readonly ms: number }[]
  readonly unknownBoards: readonly { readonly serial: string; readonly mac: string }[]
  readonly faults: readonly Fault[]
}
