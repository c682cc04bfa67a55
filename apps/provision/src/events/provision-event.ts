import type { Fault } from '@homerack/errors'
import type { Plan } from '../plan/plan.ts'
import type { Report } from '../report/report.ts'
import type { NodeState } from './node-state.ts'

/** What a node's time is spent on, in order. */
export const phases = ['boot', 'flash', 'verify', 'config', 'join'] as const
export type Phase = (typeof phases)[number]

export type ServiceState =
  | { readonly kind: 'waiting'; readonly for: string }
  | { readonly kind: 'applying'; readonly done: number; readonly total: number }
  | { readonly kind: 'rolling out'; readonly waitsFor: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly faults: readonly Fault[] }

export type ProvisionEvent =
  | {
      readonly type: 'start'
      readonly rack: string
      readonly talos: string
      readonly kubernetes: string
      readonly nodes: readonly { readonly name: string; readonly slot: number; readonly role: string }[]
      readonly services: readonly string[]
    }
  | { readonly type: 'node'; readonly node: string; readonly state: NodeState }
  /** A board took `ms` for a phase, as this run saw it. */
  | { readonly type: 'phase'; readonly node: string; readonly phase: Phase; readonly ms: number }
  | {
      readonly type: 'flashed'
      readonly node: string
      readonly image: string
      readonly sha256: string
      readonly written: number
      readonly skipped: number
    }
  | { readonly type: 'plan'; readonly plan: Plan }
  | { readonly type: 'cluster'; readonly detail: string }
  | { readonly type: 'service'; readonly service: string; readonly state: ServiceState }
  /** A board that is not in the file was heard. It is listed and never booted. */
  | { readonly type: 'unknown-board'; readonly serial: string; readonly mac: string }
  | { readonly type: 'fault'; readonly fault: Fault }
  | ({ readonly type: 'report' } & Report)

/** An event with its time: `at` as ISO 8601, `ms` since the command started. */
export type TimedEvent = { readonly at: string; readonly ms: number } & ProvisionEvent
