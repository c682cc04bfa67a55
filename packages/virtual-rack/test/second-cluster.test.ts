import { Code, ConnectError } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rackSpec } from './fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from './fixtures/running-rack.ts'
import { until } from './fixtures/until.ts'

let rack: RunningRack

beforeAll(async () => {
  rack = await startRunningRack(rackSpec(2, { faults: ['clock-not-in-sync'] }))
})

afterAll(() => rack?.stop())

test('bootstrapping two empty nodes at once really makes two clusters', async () => {
  const addresses = ['192.168.10.51', '192.168.10.52']
  for (const [index, address] of addresses.entries())
    await rack.configure({ name: `pi-${index + 1}`, address })
  const apis = addresses.map((address) => rack.admin(address))
  const early = await until('a bootstrap that waits for the time', async () => {
    const error = ConnectError.from(await apis[0]!.machine.bootstrap({}).catch((reason: unknown) => reason))
    return error.rawMessage === 'time is not in sync yet' && error
  })
  expect(early.code).toBe(Code.FailedPrecondition)
  const preparing = async (index: number) => {
    const [list] = (await apis[index]!.machine.serviceList({})).messages
    return list!.services.find(({ id }) => id === 'etcd')?.state === 'Preparing'
  }
  for (const index of [0, 1]) await until('etcd that waits', () => preparing(index))
  await rack.client.faults({ remove: ['clock-not-in-sync'] })
  await Promise.all(apis.map((api) => api.machine.bootstrap({})))
  const members = await Promise.all(
    apis.map((api) =>
      until(
        'a member list',
        async () => (await api.machine.etcdMemberList({ queryLocal: true })).messages[0]!.members,
      ),
    ),
  )
  expect(members.map((list) => list.map(({ hostname }) => hostname))).toEqual([['pi-1'], ['pi-2']])
  expect((await rack.client.status()).etcdClusters).toHaveLength(2)
})
