import type { Cluster } from '@homerack/k8s-deploy'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubernetesPort } from '../src/kubernetes/kubernetes-port.ts'
import { createAccess } from '../src/observe/access.ts'
import { reachRehearsal } from '../src/rehearse/open-rehearsal.ts'
import { newState, rehearse, runProvision } from './run-provision.ts'
import { exampleFile, exampleRack } from './sample.ts'

const rack = await exampleRack()
const { state, rack: client, remove } = newState()
const abort = new AbortController()
let cluster: Cluster
let access: ReturnType<typeof createAccess>

beforeAll(async () => {
  client(rack.name)
  const { report } = await runProvision(rehearse(state, exampleFile, '--keep'))
  expect(report).toMatchObject({ result: 'ok', faults: [] })
  access = createAccess(await reachRehearsal(rack, state), abort.signal)
  cluster = await access.kubernetes()
}, 300_000)
afterAll(async () => {
  access?.close()
  await remove()
})

const pdb = '/apis/policy/v1/namespaces/notes/poddisruptionbudgets'
type Pods = { items: { spec: { nodeName: string }; metadata: { ownerReferences?: { kind: string }[] } }[] }

test('a node as the Talos procedures see it', async () => {
  const port = kubernetesPort(cluster)
  const [name = ''] = rack.nodes.map((node) => node.name)
  expect(await port.node(name)).toMatchObject({
    ready: true,
    cordon: 'none',
    kubelet: rack.cluster.kubernetes,
  })
  expect(await port.node('nobody')).toBeUndefined()
  expect(await port.staticPod(name, 'kube-apiserver')).toMatchObject({ ready: true })
  await cluster.request('PATCH', `/api/v1/nodes/${name}`, {
    body: { spec: { unschedulable: true } },
    contentType: 'application/merge-patch+json',
  })
  expect((await port.node(name))?.cordon).toBe('foreign')
  await port.cordon(name)
  expect((await port.node(name))?.cordon).toBe('ours')
  await port.uncordon(name)
  expect((await port.node(name))?.cordon).toBe('none')
})

test('a drain waits for a disruption budget, and ends when it allows', async () => {
  const port = kubernetesPort(cluster)
  const labels = { app: 'strict' }
  const container = { name: 'web', image: 'whoami:v1' }
  await cluster.request('POST', '/apis/apps/v1/namespaces/notes/deployments', {
    body: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'strict', namespace: 'notes' },
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
  })
  const where = async () => {
    const query = { labelSelector: 'app=strict' }
    const { items } = (await cluster.request('GET', '/api/v1/namespaces/notes/pods', { query })) as Pods
    return items.map(({ spec }) => spec.nodeName)
  }
  await expect.poll(async () => (await where()).filter(Boolean), { timeout: 30_000 }).toHaveLength(3)
  await cluster.request('POST', pdb, {
    body: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'strict', namespace: 'notes' },
      spec: { minAvailable: 3, selector: { matchLabels: labels } },
    },
  })
  const healthy = async () =>
    ((await cluster.request('GET', `${pdb}/strict`)) as { status?: { currentHealthy?: number } }).status
      ?.currentHealthy
  await expect.poll(healthy, { timeout: 30_000 }).toBe(3)
  const [node = ''] = await where()
  await port.cordon(node)
  let waited = false
  for await (const reason of port.drain(node, AbortSignal.timeout(120_000))) {
    if (!reason.startsWith('a disruption budget keeps') || !reason.includes('notes/strict')) continue
    waited = true
    expect(await where()).toContain(node)
    await cluster.request('DELETE', `${pdb}/strict`)
  }
  expect(waited).toBe(true)
  expect(await where()).not.toContain(node)
  await port.uncordon(node)
})
