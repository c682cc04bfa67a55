import { faultsOf } from '@homerack/errors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { planDeploy, type RollOutEvent, readHistory, rollOut } from '../src/index.ts'
import { configMap, manifestsOf } from './manifests-of.ts'
import { shop } from './shop.ts'
import { createVirtualCluster, type VirtualCluster } from './virtual-cluster.ts'

let virtual: VirtualCluster
beforeAll(async () => {
  virtual = await createVirtualCluster()
})
afterAll(() => virtual.close())

const planOf = (name: string, text: string) =>
  planDeploy({
    cluster: virtual.cluster,
    name,
    namespace: name,
    manifests: manifestsOf(text),
    available: 'always',
  })

async function roll(
  name: string,
  text: string,
  { timeoutMs = 20_000, onEvent = (_: RollOutEvent) => {} } = {},
) {
  const plan = await planOf(name, text)
  const events: RollOutEvent[] = []
  const error = await rollOut({
    cluster: virtual.cluster,
    plan,
    timeoutMs,
    onEvent: (event) => {
      events.push(event)
      onEvent(event)
    },
  }).catch((thrown: unknown) => thrown)
  return { events, error, codes: (faultsOf(error) ?? []).map(({ code }) => code) }
}

const imageOf = async (name: string) => {
  const path = `/apis/apps/v1/namespaces/${name}/deployments/shop`
  const live = (await virtual.cluster.request('GET', path)) as {
    spec: { template: { spec: { containers: { image: string }[] } } }
  }
  return live.spec.template.spec.containers[0]?.image
}

test('a service that rolls out well is noted as good', async () => {
  expect((await roll('good', shop())).error).toBeUndefined()
  expect((await roll('good', shop({ image: 'shop:2' }))).error).toBeUndefined()
  const history = await readHistory(virtual.cluster, { name: 'good', namespace: 'good' })
  expect(history).toMatchObject([{ ready: true }, { ready: true }])
})

test('a rollout that does not succeed in time is rolled back as a whole, and says so', async () => {
  await roll('late', shop() + configMap('a'))
  const { codes, error, events } = await roll(
    'late',
    shop({ image: 'shop:2', rehearsal: 'crash' }) + configMap('a', { a: '2' }) + configMap('b'),
    { timeoutMs: 1500 },
  )
  expect(codes).toContain('E_NOT_READY')
  expect(codes.at(-1)).toBe('E_ROLLED_BACK')
  expect(faultsOf(error)?.at(-1)?.cause).toBe('the whole set is back at revision 1, and ready')
  expect(events).toContainEqual(expect.objectContaining({ type: 'rolling back', revision: 1 }))
  expect(await imageOf('late')).toBe('shop:1')
  expect((await planOf('late', shop() + configMap('a'))).empty).toBe(true)
})

test('a rollout whose controller says that its deadline is over is rolled back at once', async () => {
  await roll('deadline', shop())
  const { error } = await roll(
    'deadline',
    shop({ image: 'shop:2', rehearsal: 'unready', progressDeadlineSeconds: 1 }),
    { timeoutMs: 60_000 },
  )
  expect(faultsOf(error)).toMatchObject([
    { code: 'E_NOT_READY', cause: expect.stringContaining('no progress') },
    { code: 'E_ROLLED_BACK' },
  ])
  expect(await imageOf('deadline')).toBe('shop:1')
})

test('when fewer endpoints are ready than promised, the rollout stops and is rolled back', async () => {
  await roll('outage', shop())
  let ended: Promise<unknown> | undefined
  const { error, codes } = await roll('outage', shop({ image: 'shop:2', rehearsal: 'unready' }), {
    onEvent: ({ type }) => {
      // Both old pods go, as with their node, while the new ones do not become ready.
      if (type === 'waiting')
        ended ??= virtual.cluster.request('DELETE', '/api/v1/namespaces/outage/pods', {
          query: { labelSelector: 'app=shop' },
        })
    },
  })
  await ended
  expect(codes).toEqual(['E_AVAILABILITY_LOST', 'E_ROLLED_BACK'])
  expect(faultsOf(error)?.[0]?.cause).toMatch(/^Service outage\/shop has 0 ready endpoints, 1 are promised$/)
  expect(await imageOf('outage')).toBe('shop:1')
})

test('without a good revision it stays as it is, and says so', async () => {
  const { error, codes } = await roll('first', shop({ rehearsal: 'crash' }), { timeoutMs: 1000 })
  expect(codes.at(-1)).toBe('E_ROLLBACK_FAILED')
  expect(faultsOf(error)?.at(-1)?.cause).toContain('there is no earlier revision that was ready')
})

test('what would interrupt an always available service is refused with its place before anything is applied', async () => {
  const broken = shop({ replicas: 1, strategy: { type: 'Recreate' } })
  const error = await planOf('refused', broken).catch((thrown: unknown) => thrown)
  expect(faultsOf(error)).toMatchObject([
    { code: 'E_AVAILABILITY', subject: 'Deployment refused/shop', place: { file: 'test.yaml', line: 2 } },
    { code: 'E_AVAILABILITY', cause: expect.stringContaining('Recreate') },
  ])
})
