import { at, type JsonObject, type KubeObject, listAt, numberAt, textAt } from '../object/kube-object.ts'
import { conditionOf } from './readiness-type.ts'

/** Why a pod does not run or is not ready, in words; undefined if it says nothing that helps. */
export function podTrouble(pod: KubeObject): string | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.status === 'False') return `no node for it: ${scheduled.message || scheduled.reason}`
  const statuses = [
    ...listAt(pod, 'status', 'initContainerStatuses'),
    ...listAt(pod, 'status', 'containerStatuses'),
  ]
  for (const status of statuses) {
    const trouble = containerTrouble(status)
    if (trouble) return trouble
  }
  return undefined
}

/** Waiting reasons that pass without anybody's help. */
const ordinary = new Set(['ContainerCreating', 'PodInitializing', ''])

function containerTrouble(status: JsonObject): string | undefined {
  const name = textAt(status, 'name')
  const reason = textAt(status, 'state', 'waiting', 'reason')
  const message = textAt(status, 'state', 'waiting', 'message')
  if (reason === 'ImagePullBackOff' || reason === 'ErrImagePull' || reason === 'InvalidImageName') {
    return `${name} cannot get its image ${textAt(status, 'image')} (${reason})`
  }
  if (reason === 'CrashLoopBackOff') return `${name} crashes again and again${lastExit(status)} (${reason})`
  if (!ordinary.has(reason)) return `${name}: ${reason}${message ? `: ${message}` : ''}`
  const exit = numberAt(status, ['state', 'terminated', 'exitCode'])
  return exit === 0 ? undefined : `${name} ended with exit code ${exit}`
}

function lastExit(status: JsonObject): string {
  const code = at(status, 'lastState', 'terminated', 'exitCode')
  return typeof code === 'number' ? `, last with exit code ${code}` : ''
}
