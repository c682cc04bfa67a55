import { at, type KubeObject, listAt, numberAt, textAt } from '../object/kube-object.ts'
import { groupKindOf } from '../object/object-ref.ts'
import { conditionOf, failed, pending, type Readiness, ready } from './readiness-type.ts'
import { workloadRules } from './workload-rules.ts'

/**
 * Whether an object is what it says it wants to be, by the rules of kstatus (sigs.k8s.io/cli-utils), with two
 * differences: a Job is ready when it is complete, not when it has started, because what comes next needs its result;
 * and a Cluster of CloudNativePG when its operator says so, not before that has seen it.
 */
export function readinessOf(object: KubeObject): Readiness {
  if (object.metadata.deletionTimestamp !== undefined) return pending('it is being deleted')
  const observed = at(object, 'status', 'observedGeneration')
  if (typeof observed === 'number' && observed < (object.metadata.generation ?? 0)) return unseen
  const rule = rules[groupKindOf(object)] ?? byConditions
  return rule(object)
}

/** Kinds that are ready as soon as they exist: nothing acts on them. */
export function isReadyAtOnce(groupKind: string): boolean {
  return atOnce.has(groupKind) || atOnceGroups.some((group) => groupKind.endsWith(`.${group}`))
}

const atOnce = new Set(['ConfigMap', 'Secret', 'ServiceAccount', 'Endpoints', 'LimitRange', 'CronJob.batch'])
const atOnceGroups = [
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'scheduling.k8s.io',
  'node.k8s.io',
  'admissionregistration.k8s.io',
  'networking.k8s.io',
]

const unseen = pending('its controller has not seen the change yet')

type Rule = (object: KubeObject) => Readiness

const rules: Readonly<Record<string, Rule>> = {
  ...workloadRules,
  Namespace: (object) => {
    const phase = textAt(object, 'status', 'phase')
    return phase === '' || phase === 'Active' ? ready : pending(`it is ${phase}`)
  },
  PersistentVolumeClaim: (object) => {
    const phase = textAt(object, 'status', 'phase') || 'Pending'
    return phase === 'Bound' ? ready : pending(`its volume is ${phase}`)
  },
  Service: (object) => {
    const needsAddress = at(object, 'spec', 'type') === 'LoadBalancer'
    return needsAddress && !textAt(object, 'spec', 'clusterIP') ? pending('it has no address yet') : ready
  },
  'PodDisruptionBudget.policy': (object) => {
    const [healthy, wanted] = (['currentHealthy', 'desiredHealthy'] as const).map((field) =>
      numberAt(object, ['status', field]),
    )
    if (at(object, 'status', 'observedGeneration') === undefined) return unseen
    return Number(healthy) >= Number(wanted) ? ready : pending(`${healthy} of ${wanted} pods are healthy`)
  },
  'CustomResourceDefinition.apiextensions.k8s.io': (object) => {
    const names = conditionOf(object, 'NamesAccepted')
    if (names?.status === 'False') return failed(`its names are refused: ${names.message}`)
    return conditionOf(object, 'Established')?.status === 'True'
      ? ready
      : pending('the API does not serve it yet')
  },
  'Cluster.postgresql.cnpg.io': (object) =>
    conditionOf(object, 'Ready')
      ? byConditions(object)
      : pending('CloudNativePG has not said yet how it is: does it run in this cluster?'),
}

/** Any other kind: by its conditions, where it has some. */
function byConditions(object: KubeObject): Readiness {
  const stalled = conditionOf(object, 'Stalled')
  if (stalled?.status === 'True') return failed(stalled.message || stalled.reason || 'it is stalled')
  const reconciling = conditionOf(object, 'Reconciling')
  if (reconciling?.status === 'True') return pending(reconciling.message || 'its controller works on it')
  const decisive = listAt(object, 'status', 'conditions')
    .map(({ type }) => String(type))
    .filter((type) => type === 'Ready' || type === 'Available')
  for (const type of decisive) {
    const condition = conditionOf(object, type)
    if (condition && condition.status !== 'True')
      return pending(condition.message || condition.reason || `it is not ${type}`)
  }
  return ready
}
