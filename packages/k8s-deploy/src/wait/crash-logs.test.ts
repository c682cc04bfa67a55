import { expect, test } from 'vitest'
import type { Cluster } from '../cluster/cluster.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { createCrashLogs } from './crash-logs.ts'

const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'shop', uid: 'p' },
  status: {
    containerStatuses: [{ name: 'web', restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
  },
}

test('lines that are not there yet are asked for again, and then no more', async () => {
  const answers = ['', new Error('the kubelet does not answer'), 'first\nlast\n', 'never asked for']
  const text = async () => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  }
  const logs = createCrashLogs({ text } as unknown as Cluster, new AbortController().signal, () => {})
  const looks: (string | undefined)[] = []
  for (let look = 0; look < 5; look++) {
    looks.push(logs.linesOf(pod))
    await logs.settle()
  }
  expect(looks).toEqual([undefined, undefined, undefined, 'first ⏎ last', 'first ⏎ last'])
  expect(answers).toEqual(['never asked for'])
})
