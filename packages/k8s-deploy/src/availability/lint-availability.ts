import type { Fault, Place } from '@homerack/errors'
import { at, type KubeObject, listAt } from '../object/kube-object.ts'
import { formatRef, refOf } from '../object/object-ref.ts'
import { amount, availableAnnotation, type Serving, servingWorkloads } from './serving.ts'

/**
 * What keeps workloads behind Services from staying available. E_AVAILABILITY is what would interrupt them at the
 * next rollout; W_AVAILABILITY what may when a node is drained, fails, or ends a pod under load.
 */
export function lintAvailability(
  declared: readonly { readonly object: KubeObject; readonly origin: Place }[],
): Fault[] {
  return servingWorkloads(declared).flatMap((serving) => {
    const { object, origin } = serving.workload
    return checks.flatMap((check) =>
      check(serving).map(
        ([code, cause, hint]): Fault => ({
          code: `${code}_AVAILABILITY`,
          subject: formatRef(refOf(object)),
          cause,
          hint,
          place: origin,
        }),
      ),
    )
  })
}

type Finding = readonly ['E' | 'W', cause: string, hint: string]

const checks: readonly ((serving: Serving) => Finding[])[] = [
  ({ replicas }) =>
    replicas >= 2
      ? []
      : [
          [
            'E',
            `has ${replicas} replica${replicas === 1 ? '' : 's'}: while it is replaced there is none`,
            `Set spec.replicas to 2 or more, or annotate it with ${availableAnnotation}: sometimes.`,
          ],
        ],
  checkStrategy,
  ({ workload }) =>
    containersOf(workload.object).some((container) => container.readinessProbe)
      ? []
      : [
          [
            'E',
            'has no readiness probe: it gets requests before it can answer them',
            'Give the container that answers requests a readinessProbe.',
          ],
        ],
  ({ workload: { object } }) => {
    const grace = at(object, 'spec', 'template', 'spec', 'terminationGracePeriodSeconds')
    const stops = containersOf(object).some((container) => at(container, 'lifecycle', 'preStop'))
    if (stops || (typeof grace === 'number' && grace > 0)) return []
    const hint =
      'Set lifecycle.preStop (sleep: { seconds: 5 }), or terminationGracePeriodSeconds if it ends gracefully.'
    return [['W', 'may end while requests are still sent to it', hint]]
  },
  checkBudget,
  ({ workload: { object } }) => {
    const pod = (...path: string[]) => at(object, 'spec', 'template', 'spec', ...path)
    if (pod('topologySpreadConstraints') ?? pod('affinity', 'podAntiAffinity')) return []
    const hint = 'Add topologySpreadConstraints over kubernetes.io/hostname.'
    return [['W', 'may have all its pods on one node', hint]]
  },
]

function checkStrategy({ workload: { object }, replicas, promised }: Serving): Finding[] {
  if (object.kind !== 'Deployment') return []
  if (at(object, 'spec', 'strategy', 'type') === 'Recreate') {
    return [['E', 'its strategy Recreate ends all pods before new ones start', 'Use RollingUpdate.']]
  }
  const rolling = (field: string) => at(object, 'spec', 'strategy', 'rollingUpdate', field)
  const unavailable = amount(rolling('maxUnavailable'), replicas, Math.floor, '25%')
  const surge = amount(rolling('maxSurge'), replicas, Math.ceil, '25%')
  const hint = 'Set spec.strategy.rollingUpdate to { maxUnavailable: 0, maxSurge: 1 }.'
  const left = replicas - unavailable
  if (left < promised && replicas >= 2)
    return [['E', `its strategy leaves ${left} of ${replicas} pods, ${promised} must stay`, hint]]
  return unavailable > 0 && surge === 0
    ? [['W', 'is updated with fewer pods than it should have (maxSurge 0)', hint]]
    : []
}

function checkBudget({ budgets, replicas, promised }: Serving): Finding[] {
  if (budgets.length === 0) {
    const hint = 'Add a PodDisruptionBudget with minAvailable: 1 for its pods.'
    return [['W', 'has no PodDisruptionBudget: a drain may end all its pods at once', hint]]
  }
  const hint = `Let its PodDisruptionBudget keep fewer than ${replicas}.`
  return promised >= replicas ? [['W', 'its PodDisruptionBudget lets no node be drained', hint]] : []
}

function containersOf(workload: KubeObject) {
  return listAt(workload, 'spec', 'template', 'spec', 'containers')
}
