import { expect, test } from 'vitest'
import { lintAvailability } from '../../packages/k8s-deploy/src/availability/lint-availability.ts'
import type { KubeObject } from '../../packages/k8s-deploy/src/object/kube-object.ts'
import { manifests, type RetailInput } from './retail.ts'

const read = (input?: RetailInput) => manifests(input) as readonly KubeObject[]
const names = (input?: RetailInput) => read(input).map(({ kind, metadata }) => `${kind} ${metadata.name}`)

test('is available always: the linter finds nothing', () => {
  const origin = { file: 'retail.ts', line: 1, column: 1, length: 1, text: '' }
  expect(lintAvailability(read().map((object) => ({ object, origin })))).toEqual([])
  const lonely = read().map((object) =>
    object.kind === 'Deployment' ? { ...object, spec: { ...(object.spec as object), replicas: 1 } } : object,
  ) as readonly KubeObject[]
  expect(lintAvailability(lonely.map((object) => ({ object, origin })))).toHaveLength(4)
})

test.each([
  ['retail-api:0.1.0', 'migrate-0-1-0'],
  ['home.arpa:5000/me/retail-api:0.2.0', 'migrate-0-2-0'],
  ['retail-api', 'migrate-retail-api'],
  ['retail-api:V1_', 'migrate-v1'],
  [`retail-api@sha256:${'ab'.repeat(32)}`, `migrate-${'ab'.repeat(21)}`],
])('%s has a migration of its own, %s, which the service waits for', (image, name) => {
  const of = (kind: string) => read({ image }).find((object) => object.kind === kind)?.metadata
  expect(of('Job')?.name).toBe(name)
  expect(of('Deployment')?.annotations).toEqual({ 'homerack.dev/after': `Job/retail/${name}` })
})

test('has a route if it is told where it is found', () => {
  expect(names({ host: 'shop.home.arpa', gateway: 'web/home' })).toEqual([...names(), 'HTTPRoute retail'])
})

test.each<[object | undefined, string[]]>([
  [{ imgae: 'a' }, ['"imgae" is not one of image, webImage,']],
  [
    { image: 5, storage: 'much', instances: 1.5 },
    ['image is not text', 'storage is not a', 'instances is not a'],
  ],
  [{ host: 'shop.home.arpa' }, ['host and gateway go together']],
  [{ host: 'https://shop', gateway: 'home' }, ['host is not a domain name', 'gateway is not namespace/name']],
  [{ constructor: 1 }, ['"constructor" is not one of']],
])('%j is refused', (input, said) => {
  for (const part of said) expect(() => manifests(input)).toThrow(part)
})
