import { dirname, resolve } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { afterEach, expect, test, vi } from 'vitest'
import { serviceReader } from '../../../src/services/service-reader.ts'

const testdata = resolve(import.meta.dirname, '../../../../../packages/k8s-deploy/testdata')
const service = { name: 'shop', available: 'usual', radio: undefined, after: [] } as const
afterEach(() => vi.unstubAllEnvs())

test.for([
  ['helm', 'chart', { word: 'given' }, { name: 'shop-config', data: { word: 'given', namespace: 'shop' } }],
  ['kubectl', 'kustomize', {}, { name: 'home-a' }],
] as const)(
  '%s renders the %s of a service',
  async ([program, folder, values, { name, ...fields }], context) => {
    const peer = findPeer(program)
    if ('missing' in peer) return context.skip(peer.missing)
    vi.stubEnv('PATH', dirname(peer.path))
    const read = serviceReader(new AbortController().signal)
    const manifests = await read({ ...service, manifests: resolve(testdata, folder), values })
    expect(manifests.map(({ object }) => object)).toContainEqual(
      expect.objectContaining({ kind: 'ConfigMap', metadata: expect.objectContaining({ name }), ...fields }),
    )
  },
)

test('a service is read once, so that what is planned is what is applied', async () => {
  const read = serviceReader(new AbortController().signal)
  const good = { ...service, manifests: resolve(testdata, 'modules/good.mjs'), values: { names: ['x'] } }
  const [first, again] = [await read(good), await read(good)]
  expect(first.map(({ object }) => object.metadata.name)).toEqual(['x'])
  expect(again).toBe(first)
})
