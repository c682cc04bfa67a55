import { expect, test } from 'vitest'
import type { KubeObject } from '../object/kube-object.ts'
import { explain } from './explain.ts'

const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', uid: 'd' },
  spec: { selector: { matchLabels: { app: 'web' } } },
}
const why = { ready: false, reason: '0 of 1 replicas are ready' }

function pod(status: object, labels = { app: 'web' }): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1', uid: 'p', labels }, status }
}
function event(
  uid: string,
  type: string,
  message: string,
  lastTimestamp = '2026-11-22T20:14:00Z',
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: message },
    involvedObject: { uid },
    type,
    message,
    lastTimestamp,
  }
}
const waiting = (reason: string, more: object = {}) => ({
  containerStatuses: [{ name: 'web', image: 'web:1', state: { waiting: { reason } }, ...more }],
})
const crashed = { lastState: { terminated: { exitCode: 137 } } }
const unscheduled = {
  conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }],
}

test.each<[string, KubeObject[], KubeObject[], string]>([
  ['nothing around it', [], [], ''],
  [
    'an image that cannot be pulled',
    [pod(waiting('ImagePullBackOff'))],
    [],
    ': web cannot get its image web:1 (ImagePullBackOff)',
  ],
  [
    'a crash loop',
    [pod(waiting('CrashLoopBackOff', crashed))],
    [],
    ': web crashes again and again, last with exit code 137 (CrashLoopBackOff)',
  ],
  ['no node', [pod(unscheduled)], [], ': no node for it: 0/3 nodes are available'],
  ['a container that is being made', [pod(waiting('ContainerCreating'))], [], ''],
  [
    'a failing probe',
    [pod({ phase: 'Running' })],
    [event('p', 'Warning', 'Readiness probe failed: 503')],
    ': Readiness probe failed: 503',
  ],
  [
    'a volume that does not mount',
    [pod(waiting('ContainerCreating'))],
    [event('p', 'Warning', 'FailedMount')],
    ': FailedMount',
  ],
  [
    'the latest of two warnings',
    [pod({})],
    [event('p', 'Warning', 'new', '2026-11-22T20:15:00Z'), event('p', 'Warning', 'old')],
    ': new',
  ],
  ['only what is ordinary', [pod({})], [event('p', 'Normal', 'Pulling image')], ''],
  ['a pod of somebody else', [pod(waiting('ImagePullBackOff'), { app: 'other' })], [], ''],
  ['a quota', [], [event('d', 'Warning', 'exceeded quota')], ': exceeded quota'],
  [
    'a finished container',
    [pod({ initContainerStatuses: [{ name: 'init', state: { terminated: { exitCode: 0 } } }] })],
    [],
    '',
  ],
  [
    'a failed init container',
    [pod({ initContainerStatuses: [{ name: 'init', state: { terminated: { exitCode: 2 } } }] })],
    [],
    ': init ended with exit code 2',
  ],
])('with %s', (_, pods, events, expected) => {
  expect(explain(deployment, why, { pods, events })).toBe(why.reason + expected)
})

test('a pending claim says what it waits for, although that is no warning', () => {
  const claim: KubeObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'a', uid: 'c' },
  }
  const events = [event('c', 'Normal', 'waiting for first consumer to be created before binding')]
  expect(explain(claim, { ready: false, reason: 'its volume is Pending' }, { pods: [], events })).toBe(
    'its volume is Pending: waiting for first consumer to be created before binding',
  )
})
