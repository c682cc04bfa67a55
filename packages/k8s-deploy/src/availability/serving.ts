import type { Place } from '@homerack/errors'
import { at, isJsonObject, type KubeObject, numberAt } from '../object/kube-object.ts'
import { groupKindOf } from '../object/object-ref.ts'

type Declared = { readonly object: KubeObject; readonly origin: Place }

/** A workload that Services of the same set send requests to. */
export type Serving = {
  readonly workload: Declared
  readonly replicas: number
  readonly services: readonly KubeObject[]
  /** Disruption budgets of the set that cover its pods. */
  readonly budgets: readonly KubeObject[]
  /** So many pods have to be ready at any time: what a budget says, at least 1. */
  readonly promised: number
}

/** Put on a workload of an always available service that may be away all the same: `homerack.dev/available: sometimes`. */
export const availableAnnotation = 'homerack.dev/available'

const workloads = new Set(['Deployment.apps', 'StatefulSet.apps'])

/** The workloads of a set that have to stay available. */
export function servingWorkloads(declared: readonly Declared[]): Serving[] {
  const ofKind = (groupKind: string) =>
    declared.map(({ object }) => object).filter((object) => groupKindOf(object) === groupKind)
  const allBudgets = ofKind('PodDisruptionBudget.policy')
  const allServices = ofKind('Service')
  return declared
    .filter(({ object }) => workloads.has(groupKindOf(object)))
    .filter(({ object }) => object.metadata.annotations?.[availableAnnotation] !== 'sometimes')
    .flatMap((workload) => {
      const { object } = workload
      const inNamespace = ({ metadata }: KubeObject) => metadata.namespace === object.metadata.namespace
      const services = allServices
        .filter(inNamespace)
        .filter((service) => selects(at(service, 'spec', 'selector'), object))
      if (services.length === 0) return []
      const budgets = allBudgets
        .filter(inNamespace)
        .filter((budget) => selects(at(budget, 'spec', 'selector', 'matchLabels'), object))
      const replicas = numberAt(object, ['spec', 'replicas'], 1)
      const promised = Math.max(1, ...budgets.map((budget) => minimumOf(budget, replicas)))
      return [{ workload, replicas, services, budgets, promised }]
    })
}

/** `2`, `25%`, or nothing, of so many pods; a share is rounded by `round` as Kubernetes does. */
export function amount(
  value: unknown,
  of: number,
  round: (share: number) => number,
  otherwise: string | number,
): number {
  const text = String(value ?? otherwise)
  return text.endsWith('%') ? round((Number.parseFloat(text) / 100) * of) : Number(text)
}

/** How many pods a budget keeps. */
function minimumOf(budget: KubeObject, replicas: number): number {
  const minimum = at(budget, 'spec', 'minAvailable')
  if (minimum !== undefined) return amount(minimum, replicas, Math.ceil, 0)
  return replicas - amount(at(budget, 'spec', 'maxUnavailable'), replicas, Math.ceil, replicas)
}

function selects(selector: unknown, workload: KubeObject): boolean {
  if (!isJsonObject(selector)) return false
  const labels = at(workload, 'spec', 'template', 'metadata', 'labels')
  const wanted = Object.entries(selector)
  return wanted.length > 0 && wanted.every(([name, value]) => at(labels, name) === value)
}
