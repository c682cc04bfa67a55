import type { Deployment, ReplicaSet } from '../types/workloads.ts'

export type Scaling = { set: ReplicaSet; replicas: number }

/** The next step of a rollout: which ReplicaSets to scale, given what is available now. Pure. */
export function planRollout(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
): Scaling[] {
  const wanted = deployment.spec.replicas ?? 1
  const old = sets.filter((set) => set !== fresh)
  if (!fresh || deployment.spec.paused) return scaleInPlace(wanted, fresh ?? newestActive(sets))
  const steps =
    deployment.spec.strategy?.type === 'Recreate'
      ? recreate(wanted, old, fresh)
      : roll(deployment, old, fresh)
  return steps.filter(({ set, replicas }) => set.spec.replicas !== replicas)
}

/** The absolute surge and unavailability of a rolling update; never both zero. */
export function bounds(deployment: Deployment): { surge: number; unavailable: number } {
  const wanted = deployment.spec.replicas ?? 1
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {}
  const surge = resolve(maxSurge, wanted, Math.ceil)
  const unavailable = resolve(maxUnavailable, wanted, Math.floor)
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

export function resolve(value: number | string, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value
  const percent = /^(\d+)%$/.exec(value)?.[1]
  return percent === undefined ? 0 : round((Number(percent) * total) / 100)
}

function scaleInPlace(wanted: number, set: ReplicaSet | undefined): Scaling[] {
  return set && set.spec.replicas !== wanted ? [{ set, replicas: wanted }] : []
}

function newestActive(sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return sets.find((set) => (set.spec.replicas ?? 0) > 0)
}

function recreate(wanted: number, old: readonly ReplicaSet[], fresh: ReplicaSet): Scaling[] {
  const down = old.filter((set) => set.spec.replicas !== 0).map((set) => ({ set, replicas: 0 }))
  const left = old.some((set) => (set.status?.replicas ?? 0) > 0)
  return down.length > 0 || left ? down : [{ set: fresh, replicas: wanted }]
}

function roll(deployment: Deployment, old: readonly ReplicaSet[], fresh: ReplicaSet): Scaling[] {
  const wanted = deployment.spec.replicas ?? 1
  const { surge, unavailable } = bounds(deployment)
  const freshNow = fresh.spec.replicas ?? 0
  const total = freshNow + sum(old, (set) => set.spec.replicas)
  const room = Math.max(0, wanted + surge - total)
  const freshNext = freshNow > wanted ? wanted : Math.min(wanted, freshNow + room)
  const notYet = Math.max(0, freshNow - (fresh.status?.availableReplicas ?? 0))
  let spare = total - (wanted - unavailable) - notYet
  const available = (set: ReplicaSet) => Math.min(set.spec.replicas ?? 0, set.status?.availableReplicas ?? 0)
  const sizes = new Map(old.map((set) => [set, set.spec.replicas ?? 0]))
  const shrink = (set: ReplicaSet, by: number) => {
    const step = Math.max(0, Math.min(by, sizes.get(set) ?? 0))
    sizes.set(set, (sizes.get(set) ?? 0) - step)
    return step
  }
  // What does not serve anyway goes first; then as many that serve as the rest can do without.
  for (const set of old) spare -= shrink(set, Math.min(spare, (set.spec.replicas ?? 0) - available(set)))
  let serving = available(fresh) + sum(old, available) - (wanted - unavailable)
  for (const set of old) serving -= shrink(set, Math.min(serving, sizes.get(set) ?? 0))
  return [{ set: fresh, replicas: freshNext }, ...[...sizes].map(([set, replicas]) => ({ set, replicas }))]
}

function sum(sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((total, set) => total + (count(set) ?? 0), 0)
}
