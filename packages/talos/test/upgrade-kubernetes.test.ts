import { afterEach, expect, test } from 'vitest'
import {
  formatProcedurePlan,
  type KubernetesUpgradeTools,
  observeKubernetesUpgrade,
  planKubernetesUpgrade,
  upgradeKubernetes,
} from '../src/index.ts'
import { imageIn, withVersion } from '../src/procedures/upgrade-kubernetes/component-images.ts'
import { type FakeCluster, fakeCluster } from './support/fake-cluster.ts'
import { run } from './support/run.ts'

let cluster: FakeCluster
afterEach(() => cluster?.close())

const wish = { version: 'v1.37.0', compatible: { '1.13': ['1.36'], '1.14': ['1.36', '1.37'] } }
const tools = (waitMs = 20_000): KubernetesUpgradeTools => ({
  nodes: cluster.nodes,
  kubernetes: cluster.kubernetes,
  pauseMs: 1,
  waitMs,
})
const plan = async () => planKubernetesUpgrade(await observeKubernetesUpgrade(tools()), wish)

async function start(controlPlanes: number, workers: number) {
  cluster = await fakeCluster(controlPlanes, workers)
  for (const state of cluster.states) state.talos = 'v1.14.1'
}

test('API servers first, kubelets last, one node at a time; twice is nothing', async () => {
  await start(2, 1)
  expect(formatProcedurePlan(await plan())).toMatchInlineSnapshot(`
    "pi-1  kube-apiserver           v1.36.3 → v1.37.0
    pi-2  kube-apiserver           v1.36.3 → v1.37.0
    pi-1  kube-controller-manager  v1.36.3 → v1.37.0
    pi-2  kube-controller-manager  v1.36.3 → v1.37.0
    pi-1  kube-scheduler           v1.36.3 → v1.37.0
    pi-2  kube-scheduler           v1.36.3 → v1.37.0
    pi-1  kubelet                  v1.36.3 → v1.37.0
    pi-2  kubelet                  v1.36.3 → v1.37.0
    pi-3  kubelet                  v1.36.3 → v1.37.0"
  `)
  const { error, events } = await run(upgradeKubernetes(await plan(), tools()))
  expect(error).toBeUndefined()
  expect(events.filter(({ action }) => action === 'pull')).toHaveLength(9)
  expect(events.find(({ type }) => type === 'waiting')).toMatchObject({
    node: 'pi-1',
    action: 'kube-apiserver',
    reason: 'kube-apiserver still runs v1.36.3',
  })
  for (const { config, role } of cluster.states) {
    const versions = config.match(/v1\.37\.0/g)
    expect(versions).toHaveLength(role === 'controlplane' ? 4 : 1)
  }
  expect(formatProcedurePlan(await plan())).toBe('Nothing is left to do.')
})

test.for<[string, (one: FakeCluster) => void, string[]]>([
  [
    'a Talos that does not run it',
    (c) => Object.assign(c.node('pi-2'), { talos: 'v1.13.9' }),
    ['E_KUBERNETES_UNSUPPORTED'],
  ],
  [
    'a Talos that nobody knows',
    (c) => Object.assign(c.node('pi-2'), { talos: 'v2.0.0' }),
    ['E_KUBERNETES_UNSUPPORTED'],
  ],
  [
    'a component two minors behind',
    (c) => c.kubernetes.nodes.set('pi-2', { ...c.kubernetes.nodes.get('pi-2')!, kubelet: 'v1.35.1' }),
    ['E_UPGRADE_STEP'],
  ],
  [
    'a component that is newer',
    (c) => c.kubernetes.nodes.set('pi-2', { ...c.kubernetes.nodes.get('pi-2')!, kubelet: 'v1.38.0' }),
    ['E_UPGRADE_STEP'],
  ],
  [
    'a config without an image',
    (c) => Object.assign(c.node('pi-2'), { config: 'machine: {}\n' }),
    ['E_KUBERNETES_IMAGE'],
  ],
  [
    'a node that answers as another',
    (c) => Object.assign(c.node('pi-2'), { hostname: 'pi-1' }),
    ['E_NODE_OTHER'],
  ],
  ['a node that is off', (c) => Object.assign(c.node('pi-2'), { off: true }), ['E_NODE_UNSEEN']],
])('refused: %s', async ([, spoil, codes]) => {
  await start(1, 1)
  spoil(cluster)
  const result = await run(upgradeKubernetes(await plan(), tools()))
  expect(result.codes).toEqual(codes)
  expect(cluster.states.flatMap(({ applied }) => applied)).toEqual([])
})

test('a component that does not get ready stops it there; running again goes on', async () => {
  await start(2, 0)
  const { staticPod } = cluster.kubernetes
  cluster.kubernetes.staticPod = async (name, component) => {
    const pod = await staticPod(name, component)
    return pod && { ...pod, ready: name !== 'pi-2' }
  }
  const { codes, error } = await run(upgradeKubernetes(await plan(), tools(500)))
  expect(codes).toEqual(['E_UPGRADE_TIMEOUT'])
  expect(String(error)).toContain('kube-apiserver is not ready')
  expect(cluster.states.map(({ applied }) => applied.length)).toEqual([1, 1])
  cluster.kubernetes.staticPod = staticPod
  const again = await plan()
  expect(again.steps.map(({ node, action }) => `${action} ${node}`).slice(0, 2)).toEqual([
    'kube-controller-manager pi-1',
    'kube-controller-manager pi-2',
  ])
  expect((await run(upgradeKubernetes(again, tools()))).error).toBeUndefined()
})

const documents = `# kept
version: v1alpha1
machine:
    kubelet: {image: 'old/kubelet:v1.36.3@sha256:00', extraArgs: {a: 0o17}}   # why
---
apiVersion: v1alpha1
kind: KubeAPIServerConfig
image: "registry.test:5000/kube-apiserver:v1.36.3"
`

test('only the image changes in a config, whichever document names it', () => {
  expect(withVersion(documents, 'kubelet', 'v1.37.0')).toBe(
    documents.replace("'old/kubelet:v1.36.3@sha256:00'", 'old/kubelet:v1.37.0'),
  )
  expect(withVersion(documents, 'kube-apiserver', 'v1.37.0')).toBe(
    documents.replace(
      '"registry.test:5000/kube-apiserver:v1.36.3"',
      'registry.test:5000/kube-apiserver:v1.37.0',
    ),
  )
  expect(withVersion(documents, 'kube-scheduler', 'v1.37.0')).toBeUndefined()
})

test.for(['', '- a\n', 'a: [', '---\n---\n', 'cluster: {apiServer: {image: [x]}}'])(
  'a config that is none names no image: %j',
  (config) => {
    expect(imageIn(config, 'kube-apiserver')).toBeUndefined()
  },
)
