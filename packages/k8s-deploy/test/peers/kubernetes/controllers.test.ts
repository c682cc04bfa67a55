import { faultsOf } from '@homerack/errors'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  applyDeploy,
  formatDeployPlan,
  planDeploy,
  planRollback,
  type RollOutEvent,
  readHistory,
  rollOut,
} from '../../../src/index.ts'
import { createDeployer, faultsIn } from '../../deployer.ts'
import { configMap, deployment, manifestsOf } from '../../manifests-of.ts'
import { shop } from '../../shop.ts'
import type { RealApiServer } from './real-api-server.ts'
import { missingControllers, startControlPlane } from './start-peers.ts'

const patience = { timeout: 60_000, interval: 100 }
const enough = 60_000

type List = { readonly items: readonly Live[] }
type Live = {
  readonly metadata: { readonly name: string; readonly creationTimestamp: string }
  readonly spec: { readonly nodeName?: string }
  readonly status: { readonly phase?: string; readonly completionTime?: string }
}

const claim = (name: string, storageClass = '') =>
  `---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: ${name} }\nspec: { storageClassName: "${storageClass}", accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }\n`
const pod = (image = 'a:1', policy = 'Always') =>
  `{ restartPolicy: ${policy}, containers: [{ name: a, image: "${image}" }] }`
const template = `{ metadata: { labels: { app: a } }, spec: ${pod()} }`
const job = (name: string) =>
  `---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name} }\nspec: { template: { spec: ${pod('a:1', 'Never')} } }\n`

describe.skipIf(missingControllers.length > 0)(
  ['a control plane with controllers', ...missingControllers].join(': '),
  () => {
    let server: RealApiServer
    beforeAll(async () => {
      server = await startControlPlane()
    })
    afterAll(() => server?.close())
    const cluster = () => server.cluster
    const { plan, live, write, deploy } = createDeployer(cluster)
    const listOf = async (path: string) => ((await live(path)) as unknown as List).items
    const podsOf = (name: string) => listOf(`/api/v1/namespaces/${name}/pods`)

    type Options = { available?: 'always'; until?: RegExp; onEvent?: (event: RollOutEvent) => void }

    /** Rolls out a service in a namespace of its own, or until it waits for a reason that matches. */
    async function roll(name: string, text: string, { available, until, onEvent = () => {} }: Options = {}) {
      const options = { cluster: cluster(), name, namespace: name, manifests: manifestsOf(text), available }
      const events: RollOutEvent[] = []
      const stop = new AbortController()
      const error = await rollOut({
        cluster: cluster(),
        plan: await planDeploy(options),
        timeoutMs: enough,
        signal: stop.signal,
        onEvent(event) {
          events.push(event)
          onEvent(event)
          if (event.type === 'waiting' && until?.test(event.reason)) stop.abort(event.reason)
        },
      }).catch((thrown: unknown) => thrown)
      const faults = faultsOf(error) ?? []
      if (error instanceof Error && faults.length === 0) throw error
      return { events, faults, reason: error, codes: faults.map(({ code }) => code) }
    }

    const always = { available: 'always' } as const
    const imageOf = async (name: string) => {
      const path = `/apis/apps/v1/namespaces/${name}/deployments/shop`
      const { spec } = (await live(path)) as {
        spec: { template: { spec: { containers: { image: string }[] } } }
      }
      return spec.template.spec.containers[0]?.image
    }

    test('a rollout is waited for, ends on both nodes, is noted as good, and leaves nothing to do', async () => {
      const first = await roll('good', shop(), always)
      expect(first.faults).toEqual([])
      expect(await live('/apis/apps/v1/namespaces/good/deployments/shop')).toMatchObject({
        status: { updatedReplicas: 2, availableReplicas: 2 },
      })
      expect(new Set((await podsOf('good')).map(({ spec }) => spec.nodeName)).size).toBe(2)
      expect((await roll('good', shop({ image: 'shop:2' }), always)).faults).toEqual([])
      expect(await readHistory(cluster(), { name: 'good', namespace: 'good' })).toMatchObject([
        { ready: true },
        { ready: true },
      ])
      expect(formatDeployPlan(await plan('good', shop({ image: 'shop:2' })))).toBe('good: 4 unchanged')
    })

    test.each([
      [
        'a stateful set',
        `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: a }\nspec: { serviceName: a, replicas: 2, selector: { matchLabels: { app: a } }, template: ${template} }\n`,
      ],
      [
        'a daemon set',
        `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: a }\nspec: { selector: { matchLabels: { app: a } }, template: ${template} }\n`,
      ],
      [
        'a replica set',
        `apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: { name: a }\nspec: { replicas: 2, selector: { matchLabels: { app: a } }, template: ${template} }\n`,
      ],
      ['a job', job('a')],
      ['a pod', `apiVersion: v1\nkind: Pod\nmetadata: { name: a, labels: { app: a } }\nspec: ${pod()}\n`],
    ])('%s becomes ready, and what its controller writes is no difference', async (title, text) => {
      const name = title.replaceAll(' ', '-')
      expect((await roll(name, text)).faults).toEqual([])
      expect((await podsOf(name)).length).toBeGreaterThan(0)
      expect((await plan(name, text)).empty).toBe(true)
    })

    test('a rollout that crashes ends with its last words, and the whole set goes back', async () => {
      await roll('crash', shop() + configMap('a'), always)
      const broken = shop({ image: 'shop:2', rehearsal: 'crash', progressDeadlineSeconds: 2 })
      const { faults, events } = await roll(
        'crash',
        broken + configMap('a', { a: '2' }) + configMap('b'),
        always,
      )
      expect(faults).toContainEqual(
        expect.objectContaining({
          code: 'E_NOT_READY',
          subject: 'Deployment crash/shop',
          cause: expect.stringMatching(
            /crashes again and again.*its last words: .*cannot reach its database/,
          ),
        }),
      )
      expect(faults.at(-1)).toMatchObject({
        code: 'E_ROLLED_BACK',
        cause: 'the whole set is back at revision 1, and ready',
      })
      expect(events).toContainEqual(expect.objectContaining({ type: 'rolling back', revision: 1 }))
      expect(await imageOf('crash')).toBe('shop:1')
      expect((await plan('crash', shop() + configMap('a'))).empty).toBe(true)
    })

    test('a rollout past the deadline of its controller goes back at once', async () => {
      await roll('deadline', shop(), always)
      const stuck = shop({ image: 'shop:2', rehearsal: 'unready', progressDeadlineSeconds: 2 })
      const { faults } = await roll('deadline', stuck, always)
      expect(faults).toMatchObject([
        { code: 'E_NOT_READY', cause: expect.stringContaining('no progress') },
        { code: 'E_ROLLED_BACK' },
      ])
      expect(await imageOf('deadline')).toBe('shop:1')
    })

    test('when fewer endpoints are ready than promised, the rollout stops and goes back', async () => {
      await roll('outage', shop(), always)
      const nodes = ['node-1', 'node-2']
      const cordon = (unschedulable: boolean) =>
        Promise.all(nodes.map((name) => write(`/api/v1/nodes/${name}`, { spec: { unschedulable } })))
      const work: Promise<unknown>[] = []
      const { faults, codes } = await roll('outage', shop({ image: 'shop:2', rehearsal: 'unready' }), {
        ...always,
        onEvent({ type }) {
          // Both old pods end, and no node takes others until the rollback.
          if (type === 'waiting' && work.length === 0)
            work.push(
              cordon(true).then(() =>
                cluster().request('DELETE', '/api/v1/namespaces/outage/pods', {
                  query: { labelSelector: 'app=shop' },
                }),
              ),
            )
          if (type === 'rolling back') work.push(cordon(false))
        },
      })
      await Promise.all(work)
      expect(codes).toEqual(['E_AVAILABILITY_LOST', 'E_ROLLED_BACK'])
      expect(faults[0]?.cause).toMatch(/^Service outage\/shop has 0 ready endpoints, 1 are promised$/)
      expect(await imageOf('outage')).toBe('shop:1')
    })

    test.each([
      ['an-image', deployment('web', { image: 'web:missing' }), /cannot get its image web:missing/],
      [
        'a-node',
        deployment('web').replace('"containers"', '"nodeSelector":{"disk":"none"},"containers"'),
        /no node for it: 0\/2 nodes are available: 2 node\(s\) didn't match/,
      ],
      ['a-volume', claim('data'), /its volume is Pending: no persistent volumes available for this claim/],
      [
        'a-claim',
        deployment('web').replace(
          '"containers"',
          '"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}}],"containers"',
        ),
        /no node for it: .*persistentvolumeclaim "data" not found/,
      ],
      [
        'quota',
        `apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: few }\nspec: { hard: { pods: "1" } }\n${deployment('web', { replicas: 2 })}`,
        /exceeded quota: few/,
      ],
    ])('what waits for %s says so', async (name, text, expected) => {
      expect((await roll(name, text, { until: expected })).reason).toMatch(expected)
    })

    test('a claim that finds a volume is bound, and stays when it is not declared any more', async () => {
      const volume =
        '---\napiVersion: v1\nkind: PersistentVolume\nmetadata: { name: bound }\nspec: { storageClassName: here, capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], hostPath: { path: /var/bound } }\n'
      const text = volume + claim('data', 'here')
      expect((await roll('bound', text)).faults).toEqual([])
      expect((await plan('bound', text)).empty).toBe(true)
      expect((await plan('bound', configMap('a'))).kept.map(({ kind }) => kind)).toContain(
        'PersistentVolumeClaim',
      )
    })

    test('what exceeds a quota together only is stopped half-way with the reason, and goes on later', async () => {
      const quota = (hard: number) =>
        `---\napiVersion: v1\nkind: ResourceQuota\nmetadata: { name: few }\nspec: { hard: { configmaps: "${hard}" } }\n`
      const many = [...'abcdefgh'].map((name) => configMap(name)).join('')
      expect((await roll('counted', quota(3) + configMap('a'))).faults).toEqual([])
      const { faults } = await roll('counted', quota(3) + many)
      expect(faults.length).toBeGreaterThan(0)
      for (const fault of faults)
        expect(fault).toMatchObject({
          code: 'E_FORBIDDEN',
          cause: expect.stringContaining('exceeded quota: few'),
          place: { file: 'test.yaml' },
        })
      await roll('counted', quota(20) + configMap('a'))
      expect((await roll('counted', quota(20) + many)).faults).toEqual([])
    })

    test('a namespace that is being deleted is refused until it is gone, and then made anew', async () => {
      await roll('ending', deployment('web') + configMap('a'))
      await write('/api/v1/namespaces/ending/configmaps/a', {
        metadata: { finalizers: ['example.org/held'] },
      })
      await cluster().request('DELETE', '/api/v1/namespaces/ending')
      expect(await faultsIn(plan('ending', configMap('a')))).toMatchObject([
        { code: 'E_NAMESPACE_TERMINATING', subject: 'Namespace ending' },
      ])
      await write('/api/v1/namespaces/ending/configmaps/a', { metadata: { finalizers: null } })
      const again = await vi.waitUntil(() => plan('ending', configMap('a')).catch(() => undefined), patience)
      await applyDeploy({ cluster: cluster(), plan: again })
      expect(await podsOf('ending')).toEqual([])
    })

    test('pruning a workload collects its pods and leaves what is foreign', async () => {
      await deploy('prune', deployment('web', { replicas: 3 }) + deployment('stays'))
      await vi.waitUntil(async () => (await podsOf('prune')).length === 4, patience)
      const foreign = JSON.parse(deployment('foreign').slice(4)) as object
      await cluster().request('POST', '/apis/apps/v1/namespaces/prune/deployments', { body: foreign })
      expect((await roll('prune', deployment('stays'))).faults).toEqual([])
      const sets = '/apis/apps/v1/namespaces/prune/replicasets'
      await vi.waitUntil(async () => (await listOf(sets)).length === 2, patience)
      await vi.waitUntil(async () => (await podsOf('prune')).length === 2, patience)
      expect((await podsOf('prune')).map(({ metadata }) => metadata.name.split('-')[0]).toSorted()).toEqual([
        'foreign',
        'stays',
      ])
    })

    test('a workload that comes after a job is made when that is complete', async () => {
      const web = deployment('web').replace(
        '"metadata":{"name":"web"}',
        '"metadata":{"name":"web","annotations":{"homerack.dev/after":"Job/migrate"}}',
      )
      expect((await roll('after', job('migrate') + web)).faults).toEqual([])
      const migrated = (await live('/apis/batch/v1/namespaces/after/jobs/migrate')) as unknown as Live
      const made = (await live('/apis/apps/v1/namespaces/after/deployments/web')) as unknown as Live
      expect(Date.parse(made.metadata.creationTimestamp)).toBeGreaterThanOrEqual(
        Date.parse(migrated.status.completionTime ?? ''),
      )
    })

    test('what is deleted is gone with its pods, and a rollback brings it back', async () => {
      const text = deployment('web') + configMap('a')
      await roll('back', text)
      expect((await roll('back', '')).faults).toEqual([])
      await vi.waitUntil(async () => (await podsOf('back')).length === 0, patience)
      const back = await planRollback({ cluster: cluster(), name: 'back', namespace: 'back' })
      await rollOut({ cluster: cluster(), plan: back, timeoutMs: enough })
      expect((await podsOf('back')).length).toBe(1)
      expect((await plan('back', text)).empty).toBe(true)
    })
  },
)
