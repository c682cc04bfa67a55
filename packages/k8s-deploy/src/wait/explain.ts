import { at, isJsonObject, type KubeObject, textAt } from '../object/kube-object.ts'
import { groupKindOf } from '../object/object-ref.ts'
import { podTrouble } from './pod-trouble.ts'
import { conditionOf, type Readiness } from './readiness-type.ts'

/** What is around an object: the pods and the events of its namespace. */
export type Surroundings = {
  readonly pods: readonly KubeObject[]
  readonly events: readonly KubeObject[]
  /** The last lines of a container of a pod that crashed. */
  readonly linesOf?: (pod: KubeObject) => string | undefined
}

/** The reason why an object is not ready, with what its pods and events say about it. */
export function explain(
  object: KubeObject,
  { reason }: Readiness,
  { pods, events, linesOf = () => undefined }: Surroundings,
): string {
  const own = groupKindOf(object) === 'Pod' ? [object] : podsOf(object, pods)
  const about = (one: KubeObject) =>
    events.filter((event) => at(event, 'involvedObject', 'uid') === one.metadata.uid)
  for (const pod of own) {
    const trouble = podTrouble(pod) ?? eventTrouble(pod, about(pod))
    const lines = linesOf(pod)
    const said = lines ? `; its last words: ${lines}` : ''
    if (trouble && !reason.includes(trouble)) return `${reason}: ${trouble}${said}`
    if (said) return `${reason}${said}`
  }
  const trouble =
    warning(about(object)) ??
    (groupKindOf(object) === 'PersistentVolumeClaim' ? latest(about(object)) : undefined)
  return trouble ? `${reason}: ${trouble}` : reason
}

/** Pods that the selector of a workload selects, by its labels. */
function podsOf(object: KubeObject, pods: readonly KubeObject[]): KubeObject[] {
  const labels = at(object, 'spec', 'selector', 'matchLabels')
  if (!isJsonObject(labels)) return []
  const wanted = Object.entries(labels)
  return pods.filter(({ metadata }) => wanted.every(([name, value]) => metadata.labels?.[name] === value))
}

function eventTrouble(pod: KubeObject, events: readonly KubeObject[]): string | undefined {
  return conditionOf(pod, 'Ready')?.status === 'True' ? undefined : warning(events)
}

function warning(events: readonly KubeObject[]): string | undefined {
  return latest(events.filter((event) => event.type === 'Warning'))
}

function latest(events: readonly KubeObject[]): string | undefined {
  const time = (event: KubeObject) => textAt(event, 'lastTimestamp') || textAt(event, 'eventTime')
  const last = events.toSorted((a, b) => time(a).localeCompare(time(b))).at(-1)
  return last && (textAt(last, 'message') || textAt(last, 'reason'))
}
