import { expect, test } from 'vitest'
import type { KubeObject } from '../object/kube-object.ts'
import { isReadyAtOnce, readinessOf } from './readiness.ts'

function object(apiVersion: string, kind: string, fields: object, metadata: object = {}): KubeObject {
  return { apiVersion, kind, metadata: { name: 'a', generation: 2, ...metadata }, ...fields }
}

const seen = { observedGeneration: 2 }
const deployment = (status: object, spec: object = { replicas: 2 }) =>
  object('apps/v1', 'Deployment', { spec, status })
const statefulSet = (status: object, spec: object = { replicas: 2 }) =>
  object('apps/v1', 'StatefulSet', { spec, status })
const daemonSet = (status: object, spec: object = {}) => object('apps/v1', 'DaemonSet', { spec, status })
const job = (status: object, spec: object = {}) => object('batch/v1', 'Job', { spec, status })
const pod = (status: object) => object('v1', 'Pod', { status })
const custom = (...conditions: object[]) => object('example.org/v1', 'Thing', { status: { conditions } })

const database = (status: object) => object('postgresql.cnpg.io/v1', 'Cluster', { status })

const all = { ...seen, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 }
const day = {
  ...seen,
  desiredNumberScheduled: 3,
  updatedNumberScheduled: 3,
  numberReady: 3,
  numberAvailable: 3,
}
const condition = (type: string, status: string, message = '') => ({ type, status, message })

test.each<[string, KubeObject]>([
  ['a ConfigMap', object('v1', 'ConfigMap', {})],
  ['a Deployment with all replicas', deployment(all)],
  ['a Deployment scaled to none', deployment(seen, { replicas: 0 })],
  ['a StatefulSet with all replicas', statefulSet(all)],
  [
    'a StatefulSet whose partition holds back the rest',
    statefulSet(
      { ...all, updatedReplicas: 1 },
      { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
    ),
  ],
  [
    'a StatefulSet that is updated by hand',
    statefulSet({ ...all, updatedReplicas: 0 }, { replicas: 2, updateStrategy: { type: 'OnDelete' } }),
  ],
  ['a DaemonSet on every node', daemonSet(day)],
  ['a DaemonSet for which there is no node', daemonSet({ ...seen, desiredNumberScheduled: 0 })],
  ['a complete Job', job({ conditions: [condition('Complete', 'True')] })],
  ['a suspended Job', job({}, { suspend: true })],
  ['a running Pod', pod({ phase: 'Running', conditions: [condition('Ready', 'True')] })],
  ['a Pod that has done its work', pod({ phase: 'Succeeded' })],
  ['a bound claim', object('v1', 'PersistentVolumeClaim', { status: { phase: 'Bound' } })],
  ['a Service', object('v1', 'Service', { spec: { type: 'ClusterIP' } })],
  [
    'a Service with an address',
    object('v1', 'Service', { spec: { type: 'LoadBalancer', clusterIP: '10.96.0.9' } }),
  ],
  [
    'an established definition',
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
      status: { conditions: [condition('Established', 'True')] },
    }),
  ],
  [
    'a budget that is met',
    object('policy/v1', 'PodDisruptionBudget', { status: { ...seen, currentHealthy: 2, desiredHealthy: 1 } }),
  ],
  ['an active Namespace', object('v1', 'Namespace', { status: { phase: 'Active' } })],
  ['a custom resource without conditions', custom()],
  ['a database that is Ready', database({ conditions: [condition('Ready', 'True')] })],
  ['a custom resource that is Ready', custom(condition('Ready', 'True'), condition('Whatever', 'False'))],
])('%s is ready', (_, live) => {
  expect(readinessOf(live)).toEqual({ ready: true, reason: '' })
})

test.each<[KubeObject, string]>([
  [deployment({}), 'its controller has not seen it yet'],
  [deployment({ ...all, observedGeneration: 1 }), 'its controller has not seen the change yet'],
  [deployment({ ...all, updatedReplicas: 1 }), '1 of 2 replicas are updated'],
  [deployment({ ...all, replicas: 3 }), '1 old replicas have not ended'],
  [deployment({ ...all, readyReplicas: 1 }), '1 of 2 replicas are ready'],
  [deployment({ ...all, availableReplicas: 0 }), '0 of 2 replicas are available'],
  [
    deployment({
      ...seen,
      conditions: [
        { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'late' },
      ],
    }),
    'no progress: late',
  ],
  [deployment(seen, {}), '0 of 1 replicas are updated'],
  [statefulSet({ ...all, readyReplicas: 0 }), '0 of 2 replicas are ready'],
  [
    statefulSet({ ...all, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' }),
    '1 of 2 replicas are updated',
  ],
  [daemonSet({ ...day, updatedNumberScheduled: 1 }), '1 of 3 pods are updated'],
  [daemonSet({ ...day, numberReady: 2 }), '2 of 3 replicas are ready'],
  [database({}), 'CloudNativePG has not said yet how it is: does it run in this cluster?'],
  [database({ conditions: [condition('Ready', 'False', 'waits for its primary')] }), 'waits for its primary'],
  [job({ active: 1 }, { completions: 3 }), '0 of 3 pods have succeeded, 1 run'],
  [pod({ phase: 'Pending' }), 'it is Pending'],
  [object('v1', 'PersistentVolumeClaim', {}), 'its volume is Pending'],
  [object('v1', 'Service', { spec: { type: 'LoadBalancer' } }), 'it has no address yet'],
  [object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {}), 'the API does not serve it yet'],
  [
    object('policy/v1', 'PodDisruptionBudget', { status: { ...seen, currentHealthy: 0, desiredHealthy: 1 } }),
    '0 of 1 pods are healthy',
  ],
  [object('v1', 'Namespace', { status: { phase: 'Terminating' } }), 'it is Terminating'],
  [object('v1', 'ConfigMap', {}, { deletionTimestamp: '2026-11-22T20:14:00Z' }), 'it is being deleted'],
  [custom(condition('Available', 'False', 'no endpoints')), 'no endpoints'],
  [custom(condition('Reconciling', 'True', 'working')), 'working'],
])('%# waits: %2$s', (live, reason) => {
  expect(readinessOf(live)).toMatchObject({ ready: false, reason })
})

test.each<[KubeObject, string]>([
  [
    job({ conditions: [condition('Failed', 'True', 'back-off limit reached')] }),
    'it failed: back-off limit reached',
  ],
  [pod({ phase: 'Failed', message: 'evicted' }), 'evicted'],
  [custom(condition('Stalled', 'True', 'wrong credentials')), 'wrong credentials'],
  [
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
      status: { conditions: [condition('NamesAccepted', 'False', 'taken')] },
    }),
    'its names are refused: taken',
  ],
])('%# has failed for good: %2$s', (live, reason) => {
  expect(readinessOf(live)).toEqual({ ready: false, reason, failed: true })
})

test.each([
  ['ConfigMap', true],
  ['ClusterRole.rbac.authorization.k8s.io', true],
  ['Deployment.apps', false],
  ['Service.serving.knative.dev', false],
])('whether a %s can be anything but ready: %s', (groupKind, expected) => {
  expect(isReadyAtOnce(groupKind)).toBe(expected)
})
