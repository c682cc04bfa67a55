import { expect, test } from 'vitest'
import { waveOf, waves } from './wave.ts'

test.each([
  ['v1', 'Namespace', 'foundations'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'foundations'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'cluster'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'cluster'],
  ['storage.k8s.io/v1', 'StorageClass', 'cluster'],
  ['v1', 'ServiceAccount', 'configuration'],
  ['v1', 'PersistentVolumeClaim', 'configuration'],
  ['v1', 'Service', 'configuration'],
  ['serving.knative.dev/v1', 'Service', 'rest'],
  ['apps/v1', 'StatefulSet', 'workloads'],
  ['batch/v1', 'Job', 'workloads'],
  ['v1', 'Pod', 'workloads'],
  ['policy/v1', 'PodDisruptionBudget', 'rest'],
  ['cert-manager.io/v1', 'ClusterIssuer', 'rest'],
  ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'webhooks'],
  ['apiregistration.k8s.io/v1', 'APIService', 'webhooks'],
])('%s %s is applied with %s', (apiVersion, kind, wave) => {
  expect(waves[waveOf({ apiVersion, kind, name: 'x' })]).toBe(wave)
})
