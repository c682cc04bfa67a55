import { bootstrapOnce, createTalosClient, probeTalos, waitForHealth } from '@homerack/talos'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveThrough } from '../src/index.ts'
import { machineConfig } from './fixtures/machine-config.ts'
import { rackSpec } from './fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from './fixtures/running-rack.ts'
import { until } from './fixtures/until.ts'

let rack: RunningRack
let resolve: (address: string) => string

beforeAll(async () => {
  rack = await startRunningRack(rackSpec(3))
  resolve = resolveThrough(await rack.client.status())
})

afterAll(() => rack?.stop())

test('homerack’s own client configures, bootstraps once and sees a healthy cluster', async () => {
  const nodes = ['pi-1', 'pi-2', 'pi-3'].map((name, index) => ({ name, address: `192.168.10.5${index + 1}` }))
  for (const node of nodes) {
    const { address = '' } = await rack.reaches(node.name, 'maintenance')
    await until(
      `${node.name} in maintenance`,
      async () => (await probeTalos({ address, resolve })) === 'maintenance',
    )
    const client = createTalosClient({ address, resolve, credentials: { maintenance: {} } })
    const config = machineConfig(rack.secrets, node)
    expect((await client.applyConfiguration({ config, mode: 'auto' })).mode).toBe('no-reboot')
    client.close()
    await until(
      `${node.name} secured`,
      async () => (await probeTalos({ address: node.address, resolve })) === 'secured',
    )
  }
  const { os, admin } = rack.secrets
  const credentials = { ca: os.crt, crt: admin.crt, key: { reveal: () => admin.key } }
  const members = nodes.map((node) => ({
    ...node,
    role: 'controlplane' as const,
    client: createTalosClient({ address: node.address, resolve, credentials }),
  }))
  const run = async () => {
    const said: string[] = []
    for await (const { type } of bootstrapOnce({ controlPlanes: members, pauseMs: 50 })) said.push(type)
    return said
  }
  expect((await run()).slice(-2)).toEqual(['bootstrapping', 'done'])
  expect(await run()).toEqual(['done'])
  const passed: string[] = []
  for await (const event of waitForHealth({ nodes: members, pauseMs: 50, timeoutMs: 30_000 })) {
    if (event.type === 'passed') passed.push(event.check)
  }
  expect(passed).toContain('etcd members to be consistent across nodes')
  expect(passed.at(-1)).toBe('all nodes to finish boot sequence')
  expect((await rack.client.status()).etcdClusters).toHaveLength(1)
  for (const { client } of members) client.close()
})
