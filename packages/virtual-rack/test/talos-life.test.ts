import { Code, ConnectError } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveThrough } from '../src/index.ts'
import { askKubernetes, isReady, type KubernetesNode, kubeconfigOf } from './fixtures/kubernetes.ts'
import { rackSpec } from './fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from './fixtures/running-rack.ts'
import { until } from './fixtures/until.ts'

let rack: RunningRack

beforeAll(async () => {
  rack = await startRunningRack(rackSpec(3))
})

afterAll(() => rack?.stop())

const nodes = ['pi-1', 'pi-2', 'pi-3'].map((name, index) => ({ name, address: `192.168.10.5${index + 1}` }))

async function etcdMembers(address: string) {
  const [answer] = (await rack.admin(address).machine.etcdMemberList({})).messages
  return answer!.members
    .map(({ hostname, isLearner }) => (isLearner ? `${hostname} (learner)` : hostname))
    .toSorted()
}

test('three nodes become one cluster, and are it again after a restart of the whole rack', async () => {
  for (const node of nodes) await rack.configure(node)
  const first = rack.admin('192.168.10.51')
  await until('the bootstrap', () => first.machine.bootstrap({}))
  const again = await first.machine.bootstrap({}).catch(ConnectError.from)
  expect(again).toMatchObject({ code: Code.AlreadyExists, rawMessage: 'etcd data directory is not empty' })
  for (const { name } of nodes) await rack.reaches(name, 'running')
  await until('three voters', async () => (await etcdMembers('192.168.10.52')).join() === 'pi-1,pi-2,pi-3')
  await until('readiness', async () => (await rack.board('pi-3')).detail === 'Talos v1.13.9 running')
  const { etcdClusters } = await rack.client.status()
  expect(etcdClusters).toHaveLength(1)

  await rack.restart()
  for (const { name } of nodes) await rack.reaches(name, 'running')
  expect(await etcdMembers('192.168.10.53')).toEqual(['pi-1', 'pi-2', 'pi-3'])
  expect((await rack.client.status()).etcdClusters).toEqual(etcdClusters)
})

test('without quorum etcd answers nothing, and with it again it does', async () => {
  for (const name of ['pi-2', 'pi-3']) await rack.client.power(name, false)
  const alone = await until('the loss of quorum', async () => {
    const error = await etcdMembers('192.168.10.51').catch(ConnectError.from)
    return error instanceof ConnectError && error
  })
  expect(alone).toMatchObject({ code: Code.Unavailable, rawMessage: 'etcdserver: no leader' })
  expect((await rack.board('pi-1')).detail).toContain('etcd not healthy')
  await rack.client.power('pi-2', true)
  await until('quorum', async () => (await etcdMembers('192.168.10.51')).length === 3)
  await rack.client.power('pi-3', true)
  await rack.reaches('pi-3', 'running')
})

test('Kubernetes answers at the shared address with all nodes ready, and keeps what it was given', async () => {
  const kubeconfig = await kubeconfigOf(rack.admin('192.168.10.51'))
  expect(kubeconfig.server).toBe('https://192.168.10.50:6443')
  const ask = async (method: string, path: string, body?: unknown) => {
    const host = resolveThrough(await rack.client.status())('192.168.10.50')
    return askKubernetes({ ...kubeconfig, host, method, path }, body)
  }
  const ready = await until('three ready nodes', async () => {
    const { items } = (await ask('GET', '/api/v1/nodes')) as { items: KubernetesNode[] }
    const names = items.filter(isReady).map(({ metadata }) => metadata.name)
    return names.length === 3 && names
  })
  expect(ready.toSorted()).toEqual(['pi-1', 'pi-2', 'pi-3'])
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' }, data: { a: 'b' } }
  await ask('POST', '/api/v1/namespaces/default/configmaps', configMap)
  await rack.restart()
  const kept = await until('the API after the restart', () =>
    ask('GET', '/api/v1/namespaces/default/configmaps/kept'),
  )
  expect(kept).toMatchObject({ data: { a: 'b' } })
})

test('a cluster comes back from a snapshot after its control planes lost their data', async () => {
  const parts: Uint8Array[] = []
  for await (const { bytes } of rack.admin('192.168.10.51').machine.etcdSnapshot({})) parts.push(bytes)
  const systemPartitionsToWipe = [{ label: 'EPHEMERAL', wipe: true }]
  for (const { address } of nodes) {
    await rack.admin(address).machine.reset({ graceful: false, reboot: true, systemPartitionsToWipe })
  }
  const first = () => rack.admin('192.168.10.51').machine
  await until('etcd that waits', async () => {
    const [list] = (await first().serviceList({})).messages
    return list!.services.find(({ id }) => id === 'etcd')?.state === 'Preparing'
  })
  const missing = await first().bootstrap({ recoverEtcd: true }).catch(ConnectError.from)
  expect(missing).toMatchObject({ code: Code.FailedPrecondition, rawMessage: 'no snapshot was uploaded' })
  await first().etcdRecover(
    (async function* () {
      for (const bytes of parts) yield { bytes }
    })(),
  )
  await first().bootstrap({ recoverEtcd: true })
  for (const { name } of nodes) await rack.reaches(name, 'running')
  const kubeconfig = await kubeconfigOf(rack.admin('192.168.10.51'))
  const host = resolveThrough(await rack.client.status())('192.168.10.51')
  const path = '/api/v1/namespaces/default/configmaps/kept'
  const kept = await until('what was kept', () => askKubernetes({ ...kubeconfig, host, method: 'GET', path }))
  expect(kept).toMatchObject({ data: { a: 'b' } })
  expect((await rack.client.status()).etcdClusters).toHaveLength(2)
})
