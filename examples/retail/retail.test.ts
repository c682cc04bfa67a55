import { expect, test } from 'vitest'
import { lintAvailability } from '../../packages/k8s-deploy/src/availability/lint-availability.ts'
import type { KubeObject } from '../../packages/k8s-deploy/src/object/kube-object.ts'
import { manifests, type RetailInput } from './retail.ts'

const read = (input?: RetailInput) => manifests(input) as readonly KubeObject[]

test('is available always: the linter finds nothing', () => {
  const origin = { file: 'retail.ts', line: 1, column: 1, length: 1, text: '' }
  expect(lintAvailability(read().map((object) => ({ object, origin })))).toEqual([])
  const lonely = read().map((object) =>
    object.kind === 'Deployment' ? { ...object, spec: { ...(object.spec as object), replicas: 1 } } : object,
  ) as readonly KubeObject[]
  expect(lintAvailability(lonely.map((object) => ({ object, origin })))).not.toEqual([])
})

test('a new image has a migration of its own, which the service waits for', () => {
  const jobs = ['registry/retail-api:0.1.0', 'registry/retail-api:0.2.0'].map((image) => {
    const of = (kind: string) => read({ image }).find((object) => object.kind === kind)?.metadata
    expect(of('Deployment')?.annotations).toEqual({ 'homerack.dev/after': `Job/retail/${of('Job')?.name}` })
    return of('Job')?.name
  })
  expect(jobs).toEqual(['migrate-0-1-0', 'migrate-0-2-0'])
})
