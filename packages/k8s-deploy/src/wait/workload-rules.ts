import { at, type KubeObject, numberAt, textAt } from '../object/kube-object.ts'
import { podTrouble } from './pod-trouble.ts'
import { conditionOf, failed, pending, type Readiness, ready } from './readiness-type.ts'

const unseen = pending('its controller has not seen it yet')

/** Rules for what runs, or makes, pods. */
export const workloadRules: Readonly<Record<string, (object: KubeObject) => Readiness>> = {
  'Deployment.apps': (object) => {
    if (!isObserved(object)) return unseen
    const wanted = numberAt(object, ['spec', 'replicas'], 1)
    const { replicas, updatedReplicas, readyReplicas, availableReplicas } = counts(object)
    const progressing = conditionOf(object, 'Progressing')
    if (progressing?.reason === 'ProgressDeadlineExceeded')
      return { ...pending(`no progress: ${progressing.message}`), stalled: true }
    const failure = conditionOf(object, 'ReplicaFailure')
    if (failure?.status === 'True') return pending(failure.message)
    if (updatedReplicas < wanted) return pending(`${updatedReplicas} of ${wanted} replicas are updated`)
    if (replicas > updatedReplicas)
      return pending(`${replicas - updatedReplicas} old replicas have not ended`)
    return enough(wanted, readyReplicas, availableReplicas)
  },
  'ReplicaSet.apps': (object) => {
    if (!isObserved(object)) return unseen
    const failure = conditionOf(object, 'ReplicaFailure')
    if (failure?.status === 'True') return pending(failure.message)
    const { readyReplicas, availableReplicas } = counts(object)
    return enough(numberAt(object, ['spec', 'replicas'], 1), readyReplicas, availableReplicas)
  },
  'StatefulSet.apps': (object) => {
    if (!isObserved(object)) return unseen
    const wanted = numberAt(object, ['spec', 'replicas'], 1)
    const { updatedReplicas, readyReplicas } = counts(object)
    if (readyReplicas < wanted) return pending(`${readyReplicas} of ${wanted} replicas are ready`)
    if (at(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return ready
    const partition = numberAt(object, ['spec', 'updateStrategy', 'rollingUpdate', 'partition'])
    const toUpdate = Math.max(0, wanted - partition)
    const isCurrent =
      textAt(object, 'status', 'currentRevision') === textAt(object, 'status', 'updateRevision')
    if (updatedReplicas >= toUpdate || (partition === 0 && isCurrent)) return ready
    return pending(`${updatedReplicas} of ${toUpdate} replicas are updated`)
  },
  'DaemonSet.apps': (object) => {
    if (!isObserved(object)) return unseen
    const wanted = numberAt(object, ['status', 'desiredNumberScheduled'])
    const updated = numberAt(object, ['status', 'updatedNumberScheduled'])
    const isOnDelete = at(object, 'spec', 'updateStrategy', 'type') === 'OnDelete'
    if (updated < wanted && !isOnDelete) return pending(`${updated} of ${wanted} pods are updated`)
    const [isReady, available] = [
      ['status', 'numberReady'],
      ['status', 'numberAvailable'],
    ].map((path) => numberAt(object, path))
    return enough(wanted, Number(isReady), Number(available))
  },
  'Job.batch': (object) => {
    if (conditionOf(object, 'Complete')?.status === 'True') return ready
    const failure = conditionOf(object, 'Failed')
    if (failure?.status === 'True') return failed(`it failed: ${failure.message || failure.reason}`)
    if (at(object, 'spec', 'suspend') === true) return ready
    const [active, done] = [numberAt(object, ['status', 'active']), numberAt(object, ['status', 'succeeded'])]
    return pending(
      `${done} of ${numberAt(object, ['spec', 'completions'], 1)} pods have succeeded, ${active} run`,
    )
  },
  Pod: (object) => {
    const phase = textAt(object, 'status', 'phase') || 'Pending'
    if (phase === 'Succeeded') return ready
    if (phase === 'Failed') return failed(textAt(object, 'status', 'message') || 'it has failed')
    if (phase === 'Running' && conditionOf(object, 'Ready')?.status === 'True') return ready
    return pending(podTrouble(object) ?? `it is ${phase}`)
  },
}

/** Controllers of workloads always write which generation they have seen. */
function isObserved(object: KubeObject): boolean {
  return at(object, 'status', 'observedGeneration') !== undefined
}

function counts(object: KubeObject) {
  const count = (field: string) => numberAt(object, ['status', field])
  return {
    replicas: count('replicas'),
    updatedReplicas: count('updatedReplicas'),
    readyReplicas: count('readyReplicas'),
    availableReplicas: count('availableReplicas'),
  }
}

function enough(wanted: number, areReady: number, available: number): Readiness {
  if (areReady < wanted) return pending(`${areReady} of ${wanted} replicas are ready`)
  return available < wanted ? pending(`${available} of ${wanted} replicas are available`) : ready
}
