import { observeKubernetesUpgrade, planKubernetesUpgrade, upgradeKubernetes } from '@homerack/talos'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTalosCluster, stepsOf, type TalosCluster } from './support/talos-cluster.ts'

let cluster: TalosCluster

beforeAll(async () => {
  cluster = await startTalosCluster()
})
afterAll(() => cluster?.close())

const planFor = async (version: string, minors = ['1.36', '1.37']) =>
  planKubernetesUpgrade(await observeKubernetesUpgrade(cluster.tools), {
    version,
    compatible: { '1.13': minors },
  })
const names = ['pi-1', 'pi-2', 'pi-3']

test('a version that this Talos does not run is refused', async () => {
  const codes = (await planFor('v1.37.0', ['1.36'])).refused.map(({ code }) => code)
  expect(codes).toEqual(Array(3).fill('E_KUBERNETES_UNSUPPORTED'))
})

test('each component goes to the next version on every control plane in turn, kubelets last', async () => {
  const plan = await planFor('v1.37.0')
  const told = await stepsOf(upgradeKubernetes(plan, cluster.tools))
  const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet']
  expect(told.filter((step) => !step.endsWith(' pull'))).toEqual(
    components.flatMap((component) => names.map((name) => `${name} ${component}`)),
  )
  for (const name of names) {
    const { kubernetes } = cluster.tools
    expect(await kubernetes.node(name)).toMatchObject({ kubelet: 'v1.37.0', ready: true })
    for (const component of components.slice(0, 3))
      expect(await kubernetes.staticPod(name, component)).toEqual({
        image: `registry.k8s.io/${component}:v1.37.0`,
        ready: true,
      })
  }
  expect((await planFor('v1.37.0')).steps).toEqual([])
  expect((await cluster.kubernetes.request('GET', '/version')) as object).toMatchObject({
    gitVersion: 'v1.37.0',
  })
})
