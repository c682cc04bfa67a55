import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { manifests as retail } from '../../../../../examples/retail/retail.ts'
import {
  applyDeploy,
  formatDeployPlan,
  formatRef,
  planDeploy,
  type RollOutEvent,
  readSources,
  rollOut,
} from '../../../src/index.ts'
import { type KubeObject, listAt } from '../../../src/object/kube-object.ts'
import { fetchChart, type PublicChart, publicCharts } from './public-charts.ts'
import type { RealApiServer } from './real-api-server.ts'
import { missingControllers, startControlPlane } from './start-peers.ts'

const operator = publicCharts.find((chart) => chart.name === 'cloudnative-pg')!
const gateway: PublicChart = {
  name: 'gateway-api',
  module: 'sigs.k8s.io/gateway-api@v1.5.1',
  sum: 'h1:RqVRIlkhLhUO8wOHKTLnTJA6o/1un4po4/6M1nRzdd0=',
  path: 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
}
const name = 'retail'
const origin = { file: 'retail.ts', line: 1, column: 1, length: 1, text: '' }
const inRetail = (group: string, rest: string) => `/apis/${group}/namespaces/retail/${rest}`
const database = inRetail('postgresql.cnpg.io/v1', 'clusters/retail-db')

const definitions = missingControllers.length > 0 ? [] : await Promise.all([operator, gateway].map(defined))
const missing = [
  ...missingControllers,
  ...definitions.flatMap((one) => ('missing' in one ? one.missing : [])),
]

/** The kinds that others publish, without what would act on them. */
async function defined(chart: PublicChart) {
  const folder = await mkdtemp(join(tmpdir(), 'retail-'))
  try {
    const fetched = await fetchChart(chart, folder)
    if ('missing' in fetched) return fetched
    const all = await readSources([fetched.source], { name: chart.name, namespace: chart.name })
    return {
      name: chart.name,
      manifests: all.filter(({ object }) => object.kind === 'CustomResourceDefinition'),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The shop's module, the real definitions of its kinds, and nobody who acts on them but this test. */
describe.skipIf(missing.length > 0)(['the shop', ...missing].join(': '), () => {
  let server: RealApiServer
  const get = async (path: string) => (await server.cluster.request('GET', path)) as KubeObject
  const deployment = (of: string) => get(inRetail('apps/v1', `deployments/${of}`))

  async function plan(input: object = {}) {
    const { cluster } = server
    const objects = JSON.parse(JSON.stringify(retail(input))) as KubeObject[]
    const manifests = objects.map((object) => ({ object, origin }))
    return planDeploy({ cluster, name, namespace: name, manifests, available: 'always' })
  }

  async function roll(input: object = {}, onEvent: (event: RollOutEvent) => void = () => {}) {
    const found = await plan(input)
    await rollOut({ cluster: server.cluster, plan: found, timeoutMs: 90_000, onEvent })
    return found.changes.flatMap(({ kind, ref }) => (kind === 'unchanged' ? [] : `${kind} ${formatRef(ref)}`))
  }

  /** What the operator writes when its database runs. */
  async function sayReady() {
    const lastTransitionTime = new Date().toISOString()
    const condition = {
      type: 'Ready',
      status: 'True',
      reason: 'ClusterIsReady',
      message: '',
      lastTransitionTime,
    }
    await server.cluster.request('PATCH', `${database}/status`, {
      body: { status: { conditions: [condition] } },
      contentType: 'application/merge-patch+json',
    })
  }

  beforeAll(async () => {
    server = await startControlPlane()
    const { cluster } = server
    for (const one of definitions) {
      if ('missing' in one) continue
      const made = await planDeploy({ cluster, ...one, namespace: one.name })
      await applyDeploy({ cluster, plan: made })
    }
  })
  afterAll(() => server?.close())

  test('comes up in its order, in pods that the `restricted` standard admits, and then there is nothing to do', async () => {
    const played: Promise<unknown>[] = []
    const order: string[] = []
    await roll({}, (event) => {
      if (event.type === 'applied') order.push(formatRef(event.ref))
      if (event.type !== 'waiting' || played.length > 0) return
      expect(event.reason).toContain('CloudNativePG has not said yet how it is')
      expect(order.some((ref) => /^(Job|Deployment) /.test(ref))).toBe(false)
      played.push(sayReady())
    })
    await Promise.all(played)
    expect(played).toHaveLength(1)
    expect(order.filter((ref) => /^(Cluster|Job|Deployment) /.test(ref))).toEqual([
      'Cluster retail/retail-db',
      'Job retail/migrate-0-1-0',
      'Deployment retail/retail-api',
      'Deployment retail/retail-web',
    ])
    for (const one of ['retail-api', 'retail-web'])
      expect(await deployment(one)).toMatchObject({ status: { availableReplicas: 2, updatedReplicas: 2 } })
    const pods = listAt(await get('/api/v1/namespaces/retail/pods'), 'items')
    expect(pods).toHaveLength(5)
    expect(formatDeployPlan(await plan())).toMatch(/^retail: \d+ unchanged$/)
  })

  test('a pod that is not of the `restricted` standard is refused beside them', async () => {
    const spec = { containers: [{ name: 'a', image: 'a:1' }] }
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lax' }, spec }
    await expect(server.cluster.request('POST', '/api/v1/namespaces/retail/pods', { body })).rejects.toThrow(
      /violates PodSecurity "restricted/,
    )
  })

  test('another image migrates before it is rolled out; the migration before is pruned, the password stays', async () => {
    const password = async () => (await get('/api/v1/namespaces/retail/secrets/retail-app-role')).data
    const before = await password()
    const migrated: Promise<KubeObject>[] = []
    const changed = await roll({ image: 'retail-api:0.2.0' }, (event) => {
      if (event.type === 'applied' && event.ref.name === 'retail-api')
        migrated.push(get(inRetail('batch/v1', 'jobs/migrate-0-2-0')))
    })
    expect(changed).toEqual([
      'create Job retail/migrate-0-2-0',
      'change Deployment retail/retail-api',
      'prune Job retail/migrate-0-1-0',
    ])
    expect(await Promise.all(migrated)).toMatchObject([{ status: { succeeded: 1 } }])
    const jobs = listAt(await get(inRetail('batch/v1', 'jobs')), 'items')
    expect(jobs).toMatchObject([{ metadata: { name: 'migrate-0-2-0' } }])
    expect(await password()).toEqual(before)
    expect((await plan({ image: 'retail-api:0.2.0' })).empty).toBe(true)
  })

  test('with a host it has a route, as the Gateway API defines it', async () => {
    const input = { image: 'retail-api:0.2.0', host: 'shop.home.arpa', gateway: 'web/home' }
    expect(await roll(input)).toContain('create HTTPRoute retail/retail')
    expect((await plan(input)).empty).toBe(true)
  })
})
