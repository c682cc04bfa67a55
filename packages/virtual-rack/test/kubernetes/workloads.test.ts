import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { deployment } from './support/objects.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const apps = '/apis/apps/v1/namespaces/default'
const core = '/api/v1/namespaces/default'

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
const until = (path: string, wanted: (object: any) => unknown) => cluster.client.until(path, wanted)
const pods = async (app: string) =>
  (await cluster.client.get(`${core}/pods?labelSelector=app%3D${app}`)).body.items

test('the cluster comes with a ready system', async () => {
  const nodes = (await cluster.client.get('/api/v1/nodes')).body.items
  expect(nodes.map((node: { metadata: { name: string } }) => node.metadata.name)).toEqual([
    'pi-1',
    'pi-2',
    'pi-3',
  ])
  await until(
    '/apis/apps/v1/namespaces/kube-system/deployments/coredns',
    (one) => one.status?.readyReplicas === 2,
  )
  await until(
    '/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy',
    (one) => one.status?.numberReady === 3,
  )
  await until(
    '/api/v1/namespaces/kube-system/pods/kube-apiserver-pi-2',
    (one) => one.status?.phase === 'Running',
  )
})

describe('deployments', () => {
  test('become ready, spread, and serve through their service', async () => {
    await cluster.client.post(`${apps}/deployments`, deployment('web', {}, { replicas: 3 }))
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    }
    expect((await cluster.client.post(`${core}/services`, service)).body.spec.clusterIP).toMatch(/^10\.96\./)
    const live = await until(`${apps}/deployments/web`, (one) => one.status?.availableReplicas === 3)
    expect(live.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' })
    expect(
      live.status.conditions.map((one: { type: string; status: string }) => [one.type, one.status]),
    ).toEqual([
      ['Available', 'True'],
      ['Progressing', 'True'],
    ])
    const nodes = (await pods('web')).map((pod: { spec: { nodeName: string } }) => pod.spec.nodeName)
    expect(new Set(nodes).size).toBe(3)
    const slices = await until(
      '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name%3Dweb',
      (list) =>
        list.items[0]?.endpoints.filter((one: { conditions: { ready: boolean } }) => one.conditions.ready)
          .length === 3,
    )
    expect(slices.items[0].ports).toEqual([{ port: 80, protocol: 'TCP' }])
    await until(`${core}/endpoints/web`, (one) => one.subsets?.[0]?.addresses?.length === 3)
  })

  test('roll without going below what must stay available', async () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
    await cluster.client.post(`${apps}/deployments`, deployment('roll', {}, { replicas: 3, strategy }))
    const start = await until(`${apps}/deployments/roll`, (one) => one.status?.availableReplicas === 3)
    const watch = await cluster.client.watch(
      `${apps}/deployments?watch=1&fieldSelector=metadata.name%3Droll&resourceVersion=${start.metadata.resourceVersion}`,
    )
    await cluster.client.patch('json', `${apps}/deployments/roll`, [
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'app:2' },
    ])
    const seen: { available: number; total: number }[] = []
    for (;;) {
      const event = await watch.next()
      const { status, metadata } = event?.object ?? {}
      seen.push({ available: status.availableReplicas, total: status.replicas })
      const done =
        status.observedGeneration === metadata.generation &&
        status.updatedReplicas === 3 &&
        status.replicas === 3
      if (done && status.availableReplicas === 3) break
    }
    watch.close()
    expect(Math.min(...seen.map((one) => one.available))).toBeGreaterThanOrEqual(3)
    expect(Math.max(...seen.map((one) => one.total))).toBeLessThanOrEqual(4)
    expect(
      new Set(
        (await pods('roll')).map(
          (pod: { spec: { containers: { image: string }[] } }) => pod.spec.containers[0]?.image,
        ),
      ),
    ).toEqual(new Set(['app:2']))
  })

  test('an image that is missing stops the rollout while the old pods serve on', async () => {
    await cluster.client.post(
      `${apps}/deployments`,
      deployment('missing', {}, { progressDeadlineSeconds: 1 }),
    )
    await until(`${apps}/deployments/missing`, (one) => one.status?.availableReplicas === 2)
    await cluster.client.patch('strategic', `${apps}/deployments/missing`, {
      spec: { template: { spec: { containers: [{ name: 'app', image: 'app:missing' }] } } },
    })
    const stuck = await until(`${apps}/deployments/missing`, (one) =>
      one.status?.conditions?.some(
        (condition: { reason: string }) => condition.reason === 'ProgressDeadlineExceeded',
      ),
    )
    expect(stuck.status.availableReplicas).toBe(2)
    const waiting = (await pods('missing')).flatMap(
      (pod: { status: { containerStatuses: { state: { waiting?: { reason: string } } }[] } }) =>
        pod.status.containerStatuses[0]?.state.waiting?.reason ?? [],
    )
    expect(new Set(waiting)).toEqual(new Set(['ImagePullBackOff']))
    const events = (await cluster.client.get(`${core}/events?fieldSelector=reason%3DFailed`)).body.items
    expect(events[0].message).toContain('Failed to pull image "app:missing"')
  })

  test('an earlier template takes its ReplicaSet up again under a new revision', async () => {
    const image = (value: string) =>
      cluster.client.patch('json', `${apps}/deployments/web`, [
        { op: 'replace', path: '/spec/template/spec/containers/0/image', value },
      ])
    const before = (await cluster.client.get(`${apps}/deployments/web`)).body.spec.template.spec.containers[0]
      .image
    const settled = (revision: string) =>
      until(
        `${apps}/deployments/web`,
        (one) =>
          one.metadata.annotations['deployment.kubernetes.io/revision'] === revision &&
          one.status.updatedReplicas === 3 &&
          one.status.replicas === 3,
      )
    await image('app:2')
    await settled('2')
    await image(before)
    await settled('3')
    const sets = (await cluster.client.get(`${apps}/replicasets?labelSelector=app%3Dweb`)).body.items
    expect(sets).toHaveLength(2)
  })

  test.each([
    ['crash', 'CrashLoopBackOff'],
    ['unready', undefined],
  ])('rehearsal: %s never gets ready', async (rehearsal, reason) => {
    const template = deployment(rehearsal)
    Object.assign(template.spec.template.metadata, { annotations: { 'homerack.dev/rehearsal': rehearsal } })
    await cluster.client.post(`${apps}/deployments`, template)
    await until(
      `${core}/pods?labelSelector=app%3D${rehearsal}`,
      (list) =>
        list.items.length === 2 &&
        list.items.every(
          (pod: {
            status?: { phase: string; containerStatuses: { state: { waiting?: { reason: string } } }[] }
          }) =>
            pod.status?.phase === 'Running' &&
            pod.status.containerStatuses[0]?.state.waiting?.reason === reason,
        ),
    )
    const [pod] = await pods(rehearsal)
    const log = await cluster.client.get(`${core}/pods/${pod.metadata.name}/log`)
    expect(log.body.includes('rehearsed crash')).toBe(rehearsal === 'crash')
    expect((await cluster.client.get(`${apps}/deployments/${rehearsal}`)).body.status.readyReplicas).toBe(0)
    await cluster.client.delete(`${apps}/deployments/${rehearsal}`)
  })

  test('a pod waits for the configuration it names, and starts when it is there', async () => {
    const containers = [{ name: 'app', image: 'app:1', envFrom: [{ secretRef: { name: 'late' } }] }]
    const volumes = [{ name: 'c', configMap: { name: 'late' } }]
    await cluster.client.post(`${apps}/deployments`, deployment('waits', { containers, volumes }))
    await until(`${core}/events?fieldSelector=reason%3DFailedMount`, (list) =>
      list.items.some((event: { message: string }) => event.message.includes('configmap "late" not found')),
    )
    await cluster.client.post(`${core}/configmaps`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'late' },
    })
    await until(`${core}/pods?labelSelector=app%3Dwaits`, (list) =>
      JSON.stringify(list).includes('CreateContainerConfigError'),
    )
    await cluster.client.post(`${core}/secrets`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'late' },
    })
    await until(`${apps}/deployments/waits`, (one) => one.status?.readyReplicas === 2)
  })

  test('a pod that no node takes says why', async () => {
    await cluster.client.post(
      `${apps}/deployments`,
      deployment('nowhere', { nodeSelector: { disk: 'gold' } }),
    )
    const list = await until(
      `${core}/pods?labelSelector=app%3Dnowhere`,
      (all) => all.items[0]?.status?.conditions,
    )
    expect(list.items[0].status.conditions[0].message).toBe(
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
    )
  })
})

test('a StatefulSet comes up in order, with a claim for each member, and updates from the last', async () => {
  await cluster.client.post('/apis/storage.k8s.io/v1/storageclasses', {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'fast' },
    provisioner: 'test',
  })
  const claim = {
    metadata: { name: 'data' },
    spec: {
      storageClassName: 'fast',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1024Mi' } },
    },
  }
  const watch = await cluster.client.watch(`${core}/pods?watch=1&labelSelector=app%3Ddb`)
  const set = {
    ...deployment('db', {}, { replicas: 3, serviceName: 'db', volumeClaimTemplates: [claim] }),
    kind: 'StatefulSet',
  }
  await cluster.client.post(`${apps}/statefulsets`, set)
  await until(`${apps}/statefulsets/db`, (one) => one.status?.readyReplicas === 3)
  await cluster.client.patch('strategic', `${apps}/statefulsets/db`, {
    spec: { template: { spec: { containers: [{ name: 'app', image: 'app:2' }] } } },
  })
  const done = await until(
    `${apps}/statefulsets/db`,
    (one) =>
      one.status.currentRevision === one.status.updateRevision &&
      one.status.updatedReplicas === 3 &&
      one.status.observedGeneration === 2,
  )
  expect(done.status.readyReplicas).toBe(3)
  const order: string[] = []
  while (order.length < 9) {
    const event = await watch.next()
    const { name } = event?.object.metadata ?? {}
    if (event?.type === 'ADDED') order.push(`+${name}`)
    if (event?.type === 'DELETED') order.push(`-${name}`)
  }
  watch.close()
  expect(order).toEqual(['+db-0', '+db-1', '+db-2', '-db-2', '+db-2', '-db-1', '+db-1', '-db-0', '+db-0'])
  const claims = (await cluster.client.get(`${core}/persistentvolumeclaims`)).body.items
  expect(
    claims.map(
      (one: { metadata: { name: string }; status: { phase: string; capacity: { storage: string } } }) => [
        one.metadata.name,
        one.status.phase,
        one.status.capacity.storage,
      ],
    ),
  ).toEqual([
    ['data-db-0', 'Bound', '1Gi'],
    ['data-db-1', 'Bound', '1Gi'],
    ['data-db-2', 'Bound', '1Gi'],
  ])
})

test('a DaemonSet is on every node, also on one that joins', async () => {
  const { replicas: _, ...spec } = deployment('agent').spec
  await cluster.client.post(`${apps}/daemonsets`, { ...deployment('agent'), kind: 'DaemonSet', spec })
  await until(`${apps}/daemonsets/agent`, (one) => one.status?.numberReady === 3)
  cluster.kubernetes.addNode({
    name: 'pi-4',
    address: '192.168.10.54',
    roles: ['worker'],
    version: 'v1.13.9',
  })
  await until(`${apps}/daemonsets/agent`, (one) => one.status?.numberReady === 4)
  cluster.kubernetes.removeNode('pi-4')
  await until(
    `${apps}/daemonsets/agent`,
    (one) => one.status?.numberReady === 3 && one.status.desiredNumberScheduled === 3,
  )
})

test('jobs complete, or fail when their pods do', async () => {
  const job = (name: string, annotations: object) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 1,
      template: {
        metadata: { annotations },
        spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] },
      },
    },
  })
  await cluster.client.post('/apis/batch/v1/namespaces/default/jobs', job('good', {}))
  await cluster.client.post(
    '/apis/batch/v1/namespaces/default/jobs',
    job('bad', { 'homerack.dev/rehearsal': 'crash' }),
  )
  const ended = (type: string) => (one: { status?: { conditions?: { type: string }[] } }) =>
    one.status?.conditions?.some((condition) => condition.type === type)
  const good = await until('/apis/batch/v1/namespaces/default/jobs/good', ended('Complete'))
  expect([good.status.succeeded, good.status.completionTime]).toEqual([1, expect.any(String)])
  const bad = await until('/apis/batch/v1/namespaces/default/jobs/bad', ended('Failed'))
  expect([bad.status.failed, bad.status.conditions.at(-1).reason]).toEqual([2, 'BackoffLimitExceeded'])
})

test('a disruption budget allows evictions until too few would be left', async () => {
  await cluster.client.post(`${apps}/deployments`, deployment('guarded'))
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'guarded' },
    spec: { minAvailable: 2, selector: { matchLabels: { app: 'guarded' } } },
  }
  const path = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
  await cluster.client.post(path, budget)
  await until(`${path}/guarded`, (one) => one.status?.currentHealthy === 2)
  const [pod] = await pods('guarded')
  const { name } = pod.metadata
  const evict = () =>
    cluster.client.post(`${core}/pods/${name}/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name },
    })
  const refused = await evict()
  expect([refused.code, refused.body.details.causes[0].reason, refused.headers['retry-after']]).toEqual([
    429,
    'DisruptionBudget',
    '1',
  ])
  await cluster.client.patch('merge', `${path}/guarded`, { spec: { minAvailable: 1 } })
  await until(`${path}/guarded`, (one) => one.status.disruptionsAllowed === 1)
  expect((await evict()).code).toBe(201)
})

test('a silent node is tainted, its pods are not ready, and come back with it', async () => {
  const name = (await pods('web'))[0].spec.nodeName
  cluster.kubernetes.setNodeReady(name, false)
  await until(`/api/v1/nodes/${name}`, (node) =>
    node.spec.taints?.some((taint: { key: string }) => taint.key === 'node.kubernetes.io/unreachable'),
  )
  await until(`${apps}/deployments/web`, (one) => one.status.readyReplicas < 3)
  cluster.kubernetes.setNodeReady(name, true)
  await until(`${apps}/deployments/web`, (one) => one.status.readyReplicas === 3)
  expect((await cluster.client.get(`/api/v1/nodes/${name}`)).body.spec.taints ?? []).toEqual([])
})
