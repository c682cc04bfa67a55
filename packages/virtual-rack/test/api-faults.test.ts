import { ConnectError } from '@connectrpc/connect'
import { createTalosClient } from '@homerack/talos'
import { etcd } from '@homerack/talos/protocol'
import { dockerArchive, inPieces } from '@homerack/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveThrough } from '../src/index.ts'
import { askKubernetes, kubeconfigOf } from './fixtures/kubernetes.ts'
import { rackSpec } from './fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from './fixtures/running-rack.ts'
import { until } from './fixtures/until.ts'

let rack: RunningRack
const address = '192.168.10.51'
const node = () => rack.admin(address)

beforeAll(async () => {
  rack = await startRunningRack(rackSpec(2, { faults: ['clock-skew:pi-2'] }))
  await rack.configure({ name: 'pi-1', address })
  await until('the bootstrap', () => node().machine.bootstrap({}))
  await rack.reaches('pi-1', 'running')
})

afterAll(() => rack?.stop())

test('etcd-alarm: the alarm is listed and shown in the status until it is disarmed', async () => {
  await rack.client.faults({ add: ['etcd-alarm:pi-1'] })
  const alarms = async () => (await node().machine.etcdAlarmList({})).messages[0]!.memberAlarms
  const { memberId } = (await node().machine.etcdStatus({})).messages[0]!.memberStatus!
  expect(await alarms()).toMatchObject([{ memberId, alarm: etcd.EtcdMemberAlarm_AlarmType.NOSPACE }])
  expect((await node().machine.etcdStatus({})).messages[0]!.memberStatus!.errors.join()).toContain('NOSPACE')
  await node().machine.etcdAlarmDisarm({})
  expect(await alarms()).toEqual([])
})

test('etcd-alarm: nothing is written to Kubernetes until it is disarmed, also after a restart of the rack', async () => {
  const host = resolveThrough(await rack.client.status())(address)
  const kubeconfig = await kubeconfigOf(node())
  const path = '/api/v1/namespaces/default/configmaps'
  const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
  const ask = (method: string, at: string, body?: unknown) =>
    askKubernetes({ ...kubeconfig, host, method, path: at }, body)
  await until('the namespace', () => ask('POST', path, map('before')))
  await rack.client.faults({ add: ['etcd-alarm:pi-1'] })
  await expect(ask('POST', path, map('during'))).rejects.toThrow(/^500 .*database space exceeded/)
  await rack.restart()
  await until('the API', () => ask('GET', path))
  await expect(ask('POST', path, map('during'))).rejects.toThrow(/^500 .*database space exceeded/)
  await ask('DELETE', `${path}/before`)
  await node().machine.etcdAlarmDisarm({})
  await ask('POST', path, map('after'))
  const { items } = (await ask('GET', path)) as { items: { metadata: { name: string } }[] }
  const names = items.map(({ metadata }) => metadata.name)
  expect(names).toContain('after')
  expect(names).not.toContain('before')
})

test('image-import-cut: the import breaks off once, nothing is kept, and the next one works', async () => {
  await rack.client.faults({ add: ['image-import-cut:pi-1'] })
  const names = async () => {
    const images = []
    for await (const { name } of node().image.list({ containerd: { namespace: 2 } })) images.push(name)
    return images
  }
  const archive = dockerArchive('retail:1', 3 * 1024 * 1024)
  const importIt = () => node().image.import(inPieces(archive, 256 * 1024))
  await expect(importIt()).rejects.toBeInstanceOf(ConnectError)
  expect(await names()).not.toContain('docker.io/library/retail:1')
  expect((await rack.client.status()).faults).not.toContain('image-import-cut:pi-1')
  await importIt()
  expect(await names()).toContain('docker.io/library/retail:1')
})

test('api-slow: a client with a deadline gives up, one with patience gets its answer', async () => {
  const resolve = resolveThrough(await rack.client.status())
  const { os, admin } = rack.secrets
  const credentials = { ca: os.crt, crt: admin.crt, key: { reveal: () => admin.key } }
  const client = createTalosClient({ address, resolve, credentials })
  await rack.client.faults({ add: ['api-slow:pi-1'] })
  await expect(client.version({ timeoutMs: 500 })).rejects.toThrow(/E_TALOS_DEADLINE/)
  expect((await client.version({ timeoutMs: 60_000 })).tag).toBe('v1.13.9')
  await rack.client.faults({ remove: ['api-slow:pi-1'] })
  client.close()
})

test('clock-skew: certificates that the node makes are not valid yet', async () => {
  const second = { name: 'pi-2', address: '192.168.10.52' }
  await rack.configure(second)
  const refused = await until('a certificate', async () => {
    const error = await rack.admin(second.address).machine.version({}).catch(ConnectError.from)
    return error instanceof ConnectError && /not yet valid/.test(error.rawMessage) && error
  })
  expect(refused.rawMessage).toMatch(/not yet valid/)
  await rack.client.faults({ remove: ['clock-skew:pi-2'] })
  await rack.client.power('pi-2', false)
  await rack.client.power('pi-2', true)
  await until('an answer after a boot with the right time', () =>
    rack.admin(second.address).machine.version({}),
  )
})
