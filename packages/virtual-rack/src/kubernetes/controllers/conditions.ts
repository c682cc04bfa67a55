import type { Condition } from '../types/workloads.ts'

/** The conditions with one of them set; its transition time moves only when its status does. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  condition: Condition,
  now: string,
): Condition[] {
  const list = conditions ?? []
  const before = list.find((one) => one.type === condition.type)
  const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? now) : now
  const next = { ...condition, lastTransitionTime }
  return before ? list.map((one) => (one === before ? next : one)) : [...list, next]
}

export function hasCondition(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((one) => one.type === type && one.status === 'True') ?? false
}
