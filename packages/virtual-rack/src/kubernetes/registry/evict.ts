import { matchesSelector } from '../http/selectors.ts'
import type { Store } from '../storage/store.ts'
import type { Catalogue } from '../types/catalogue.ts'
import { at, type KubeObject } from '../types/object.ts'
import type { DeleteOptions } from './deletion.ts'
import type { Registry } from './registry.ts'
import { notFound, StatusError, unknownPath } from './status-error.ts'

type Context = { store: Store; registry: Registry; catalogue: Catalogue }

const budgetKey = 'poddisruptionbudgets.policy'

/** Deletes a pod if its disruption budgets allow it. Throws 429 with the cause DisruptionBudget if they do not. */
export function evict(context: Context, namespace: string, name: string, options: DeleteOptions) {
  const { store, registry, catalogue } = context
  const pods = catalogue.byKey('pods')
  const budgets = catalogue.byKey(budgetKey)
  if (!pods || !budgets) throw unknownPath()
  const pod = store.get('pods', namespace, name)
  if (!pod) throw notFound(pods, name)
  if (isRunning(pod)) {
    const affected = store
      .list(budgetKey, namespace)
      .filter((budget) => matchesSelector(at(budget, 'spec', 'selector'), pod.metadata.labels))
    for (const budget of affected)
      if (Number(at(budget, 'status', 'disruptionsAllowed') ?? 0) < 1) throw refused(budget)
    for (const budget of affected) {
      const spend = (live: KubeObject) => {
        const allowed = Number(at(live, 'status', 'disruptionsAllowed') ?? 0) - 1
        return { ...live, status: { ...Object(live.status), disruptionsAllowed: allowed } }
      }
      if (!options.dryRun) {
        registry.update(budgets, namespace, budget.metadata.name, spend, {
          manager: 'kube-apiserver',
          subresource: 'status',
        })
      }
    }
  }
  registry.remove(pods, namespace, name, options)
}

function isRunning(pod: KubeObject): boolean {
  const phase = at(pod, 'status', 'phase')
  return phase === 'Running' && !pod.metadata.deletionTimestamp
}

function refused(budget: KubeObject): StatusError {
  const { name } = budget.metadata
  const desired = at(budget, 'status', 'desiredHealthy') ?? 0
  const current = at(budget, 'status', 'currentHealthy') ?? 0
  return new StatusError(
    429,
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: `The disruption budget ${name} needs ${desired} healthy pods and has ${current} currently`,
        },
      ],
    },
  )
}
