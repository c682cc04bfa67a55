import { matchesExpression } from '../http/selectors.ts'
import { at, objectsAt } from '../types/object.ts'
import type { Node, Pod, Taint, Toleration } from '../types/workloads.ts'
import { hasCondition } from './conditions.ts'

/** Why a node does not take a pod, in the scheduler's words; undefined if it does. */
export function misfit(pod: Pod, node: Node): string | undefined {
  if (
    node.spec.unschedulable &&
    !tolerates(pod, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })
  ) {
    return 'node(s) were unschedulable'
  }
  const taint = node.spec.taints?.find((one) => one.effect !== 'PreferNoSchedule' && !tolerates(pod, one))
  if (taint) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`
  return matchesNode(pod, node) ? undefined : "node(s) didn't match Pod's node affinity/selector"
}

export function isNodeReady(node: Node): boolean {
  return hasCondition(node.status?.conditions, 'Ready')
}

export function tolerates(pod: Pod, taint: Taint): boolean {
  return tolerationFor(pod, taint) !== undefined
}

export function tolerationFor(pod: Pod, taint: Taint): Toleration | undefined {
  return pod.spec.tolerations?.find((one) => {
    if (one.effect && one.effect !== taint.effect) return false
    if (!one.key) return one.operator === 'Exists'
    return one.key === taint.key && (one.operator === 'Exists' || (one.value ?? '') === (taint.value ?? ''))
  })
}

/** The node selector and required node affinity. */
export function matchesNode(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  const wanted = Object.entries(pod.spec.nodeSelector ?? {})
  if (wanted.some(([name, value]) => labels[name] !== value)) return false
  const required = at(pod.spec.affinity, 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution')
  if (required === undefined) return true
  return objectsAt(required, 'nodeSelectorTerms').some(
    (term) =>
      objectsAt(term, 'matchExpressions').every((expression) => matchesExpression(expression, labels)) &&
      objectsAt(term, 'matchFields').every((field) =>
        matchesExpression(field, { 'metadata.name': node.metadata.name }),
      ),
  )
}
