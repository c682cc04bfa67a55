import type { Cluster } from '../cluster/cluster.ts'
import { type KubeObject, listAt, numberAt, textAt } from '../object/kube-object.ts'

/** The last lines of containers that crashed, by the uid of their pod. Once there are some, they are not asked for again. */
export type CrashLogs = {
  /** What is known about the containers of a pod; asks for what is not. */
  linesOf(pod: KubeObject): string | undefined
  /** Waits for what was asked for, but not for long. */
  settle(): Promise<void>
}

const lines = 3
const longest = 300
const settleWithin = 3000

/** `onArrival` is called when lines have come in. A pod whose lines cannot be had simply has none. */
export function createCrashLogs(cluster: Cluster, signal: AbortSignal, onArrival: () => void): CrashLogs {
  const known = new Map<string, string>()
  const asked = new Map<string, Promise<void>>()
  const ask = async (id: string, path: string, previous: boolean) => {
    const container = id.slice(id.lastIndexOf('/') + 1)
    const query = { container, tailLines: String(lines), ...(previous ? { previous: 'true' } : {}) }
    const text = await cluster.text(path, { query, signal }).catch(() => '')
    const last = text.trim().split('\n').slice(-lines).join(' ⏎ ')
    // The kubelet tells of a crash before it has its lines.
    if (last === '') return void asked.delete(id)
    known.set(id, last.length > longest ? `…${last.slice(-longest)}` : last)
    onArrival()
  }
  return {
    linesOf(pod) {
      for (const crash of crashesOf(pod)) {
        if (!asked.has(crash.id)) asked.set(crash.id, ask(crash.id, crash.path, crash.isRestarting))
        const found = known.get(crash.id)
        if (found) return found
      }
      return undefined
    },
    async settle() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, settleWithin).unref())
      await Promise.race([Promise.all(asked.values()), late])
    },
  }
}

/** Containers that ended with a failure, and where their log is. A restart is another crash. */
function crashesOf(pod: KubeObject) {
  const { namespace = '', name, uid = '' } = pod.metadata
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`
  const statuses = [
    ...listAt(pod, 'status', 'initContainerStatuses'),
    ...listAt(pod, 'status', 'containerStatuses'),
  ]
  return statuses.flatMap((status) => {
    const isRestarting = textAt(status, 'state', 'waiting', 'reason') === 'CrashLoopBackOff'
    const hasFailed = numberAt(status, ['state', 'terminated', 'exitCode']) !== 0
    if (!isRestarting && !hasFailed) return []
    const id = `${uid}/${numberAt(status, ['restartCount'])}/${textAt(status, 'name')}`
    return [{ id, path, isRestarting }]
  })
}
