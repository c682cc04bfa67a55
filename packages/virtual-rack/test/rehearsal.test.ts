import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RackClient, resolveThrough, startRack } from '../src/index.ts'
import { type ClusterSecrets, clusterSecrets } from './fixtures/cluster-secrets.ts'
import { machineConfig } from './fixtures/machine-config.ts'
import { serveOperator, standInImage } from './fixtures/operator.ts'
import { rackSpec } from './fixtures/rack-spec.ts'
import { talosApi } from './fixtures/talos-api.ts'
import { until } from './fixtures/until.ts'

const spec = rackSpec(3, { netboot: 'proxy-dhcp' })
const addresses = ['192.168.10.51', '192.168.10.52', '192.168.10.53']
let dir: string
let rack: RackClient
let secrets: ClusterSecrets

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rehearsal-'))
  rack = await startRack({ spec, dir })
  secrets = await clusterSecrets()
})

afterAll(async () => {
  await rack?.stop().catch(() => {})
  await rm(dir, { recursive: true, force: true })
})

const board = async (name: string) => (await rack.status()).boards.find((each) => each.name === name)!

test('boards go from an empty disk over the network to a cluster', async () => {
  const hold = await rack.hold()
  const status = await rack.status()
  const resolve = resolveThrough(status)
  const netboot = await serveOperator(spec, status, await standInImage(join(dir, 'images')))
  for (const { serial, disk } of spec.boards) {
    await until(
      `the inventory of ${serial}`,
      () => netboot.boards().find((each) => each.serial === serial)?.inventory,
    )
    netboot.assign(serial, { disk: { serial: disk.serial, size: disk.size }, erase: false })
  }
  for (const [index, { name }] of spec.boards.entries()) {
    const { address } = await until(`${name} in maintenance`, async () => {
      const found = await board(name)
      return found.phase === 'maintenance' && found
    })
    expect(address).toBe(`192.168.10.${100 + index}`)
    const api = talosApi(resolve(address!))
    await until('an answer', () => api.machine.version({}))
    const data = new Uint8Array(Buffer.from(machineConfig(secrets, { name, address: addresses[index]! })))
    await api.machine.applyConfiguration({ data, mode: 1 })
    api.close()
  }
  await netboot.close()
  const apis = addresses.map((address) =>
    talosApi(resolve(address), { ca: secrets.os.crt, client: secrets.admin }),
  )
  await until('bootstrap', () => apis[0]!.machine.bootstrap({}))
  await until('a cluster of three voters', async () => {
    const [list] = (await apis[1]!.machine.etcdMemberList({})).messages
    return list!.members.length === 3 && list!.members.every(({ isLearner }) => !isLearner)
  })
  for (const { name } of spec.boards)
    await until(`${name} runs`, async () => (await board(name)).phase === 'running')
  expect((await rack.status()).etcdClusters).toHaveLength(1)
  for (const api of apis) api.close()
  hold.release()
})
