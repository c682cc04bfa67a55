import { formatRef, identityOf, type ObjectRef } from '../object/object-ref.ts'
import { waveOf } from './wave.ts'

/** When an object is applied: the wave, and the step in it. */
export type Stage = readonly [wave: number, step: number]

type Ordered = { readonly ref: ObjectRef; readonly after?: readonly ObjectRef[] | undefined }

/**
 * When each object is applied: in its kind's wave, but behind what it comes after. `cycles` are those that wait for
 * themselves; they have no stage.
 */
export function stagesOf(objects: readonly Ordered[]): {
  stageOf(ref: ObjectRef): Stage
  cycles: readonly (readonly ObjectRef[])[]
} {
  const all = new Map(objects.map((one) => [identityOf(one.ref), one]))
  const stages = new Map<string, Stage>()
  const cycles: ObjectRef[][] = []
  const visit = (one: Ordered, path: readonly Ordered[]): Stage => {
    const id = identityOf(one.ref)
    const known = stages.get(id)
    if (known) return known
    const own: Stage = [waveOf(one.ref), 0]
    if (path.includes(one)) {
      cycles.push(path.slice(path.indexOf(one)).map(({ ref }) => ref))
      return own
    }
    const before = (one.after ?? []).flatMap((ref) => all.get(identityOf(ref)) ?? [])
    const stage = before
      .map((other) => visit(other, [...path, one]))
      .map(([wave, step]): Stage => [wave, step + 1])
      .reduce((late, other) => (compareStages(late, other) < 0 ? other : late), own)
    stages.set(id, stage)
    return stage
  }
  for (const one of objects) visit(one, [])
  return { stageOf: (ref) => stages.get(identityOf(ref)) ?? [waveOf(ref), 0], cycles }
}

export function compareStages([waveA, stepA]: Stage, [waveB, stepB]: Stage): number {
  return waveA - waveB || stepA - stepB
}

/** `Job notes/migrate → Deployment notes/web → Job notes/migrate`. */
export function formatCycle(cycle: readonly ObjectRef[]): string {
  return [...cycle, ...cycle.slice(0, 1)].map(formatRef).join(' → ')
}
