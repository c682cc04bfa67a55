import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import type { AgentEvent, DiskFound, Netboot, NetbootEvent } from '@homerack/flasher'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveThrough } from '../src/index.ts'
import { machineConfig } from './fixtures/machine-config.ts'
import { serveOperator, standInImage } from './fixtures/operator.ts'
import { rackSpec } from './fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from './fixtures/running-rack.ts'
import { talosApi } from './fixtures/talos-api.ts'
import { until } from './fixtures/until.ts'

describe('while disks are flashed', () => {
  const faults = [
    'power-cut@flash:pi-1',
    'disk-write-error:pi-2',
    'disk-not-empty:pi-3',
    'disk-gone:pi-4',
    'wrong-disk-serial:pi-5',
    'packet-loss:pi-6',
    'packet-duplicate:pi-7',
    'packet-reorder:pi-8',
  ]
  const spec = rackSpec(8, { faults })
  let rack: RunningRack
  let netboot: Netboot
  const events: NetbootEvent[] = []

  beforeAll(async () => {
    rack = await startRunningRack(spec, 'empty')
    const image = await standInImage(join(rack.dir, 'images'))
    netboot = await serveOperator(spec, await rack.client.status(), image)
    void (async () => {
      for await (const event of netboot.events) events.push(event)
    })()
  })

  afterAll(async () => {
    await netboot?.close()
    await rack?.stop()
  })

  const disksOf = (name: string): Promise<readonly DiskFound[]> =>
    until(
      `the inventory of ${name}`,
      () => netboot.boards().find((each) => each.name === name)?.inventory?.disks,
    )
  const assign = (index: number) => {
    const { serial, disk } = spec.boards[index]!
    netboot.assign(serial, { disk: { serial: disk.serial, size: disk.size }, erase: false })
  }
  const told = <T extends NetbootEvent['type']>(type: T, board: string) =>
    until(`${type} of ${board}`, () =>
      events.find(
        (each): each is Extract<NetbootEvent, { type: T }> =>
          each.type === type && 'board' in each && each.board === board,
      ),
    )

  test('power-cut@flash: the board comes back, finishes what was begun, and boots', async () => {
    await disksOf('pi-1')
    assign(0)
    await until(
      'the power cut',
      async () => !(await rack.client.status()).faults.includes('power-cut@flash:pi-1'),
    )
    await until('a second look', async () => (await disksOf('pi-1'))[0]?.content.kind === 'interrupted')
    assign(0)
    const flashed = (await told('flashed', 'pi-1')) as Extract<AgentEvent, { type: 'flashed' }>
    expect(flashed.skipped).toBeGreaterThan(0)
    await rack.reaches('pi-1', 'maintenance')
    expect(await readFile((await rack.board('pi-1')).log, 'utf8')).toContain('power off')
  })

  test('disk-write-error: the agent reports it, and the disk does not boot', async () => {
    await disksOf('pi-2')
    assign(1)
    const { fault } = await told('failed', 'pi-2')
    expect(fault.code).toMatch(/^E_/)
    expect(fault.cause).toMatch(/EFBIG|file too large/i)
    await until('another boot attempt', async () =>
      (await readFile((await rack.board('pi-2')).log, 'utf8')).includes('the flash agent failed'),
    )
  })

  test('disk-not-empty: the inventory shows what is there', async () => {
    const [disk] = await disksOf('pi-3')
    expect(disk!.content).toMatchObject({
      kind: 'partitioned',
      partitions: [{ name: 'Synology' }, { name: 'swap' }, { name: 'volume1' }],
    })
  })

  test('disk-gone: there is no disk', async () => {
    expect(await disksOf('pi-4')).toEqual([])
  })

  test.each([
    ['packet-loss', 'pi-6'],
    ['packet-duplicate', 'pi-7'],
    ['packet-reorder', 'pi-8'],
  ])('%s: the board gets its boot files all the same, and only once each', async (_, name) => {
    expect(await disksOf(name)).toHaveLength(1)
    const log = await readFile((await rack.board(name)).log, 'utf8')
    expect(log.match(/kernel kernel_2712.img/g)).toHaveLength(1)
  })

  test('wrong-disk-serial: the disk is another one', async () => {
    expect((await disksOf('pi-5'))[0]!.serial).toBe('S6XNNS0W10X')
  })
})

describe('at the Talos API', () => {
  let rack: RunningRack

  beforeAll(async () => {
    const faults = [
      'power-cut@configure:pi-1',
      'maintenance-certificate-changed:pi-2',
      'slow-node:pi-3',
      'nic-silent:pi-4',
    ]
    rack = await startRunningRack(rackSpec(4, { faults }))
  })

  afterAll(() => rack?.stop())

  test('power-cut@configure: the config is lost, and the node is in maintenance again', async () => {
    const api = await rack.maintenance('pi-1')
    const data = Buffer.from(machineConfig(rack.secrets, { name: 'pi-1', address: '192.168.10.51' }))
    await expect(api.machine.applyConfiguration({ data, mode: 1 })).rejects.toThrow()
    await until('the power cut', async () =>
      (await readFile((await rack.board('pi-1')).log, 'utf8')).includes('power off'),
    )
    await rack.configure({ name: 'pi-1', address: '192.168.10.51' })
    await until('the node with its config', () => rack.admin('192.168.10.51').machine.version({}))
  })

  test('maintenance-certificate-changed: no two connections see the same certificate', async () => {
    const { address = '' } = await rack.reaches('pi-2', 'maintenance')
    const host = resolveThrough(await rack.client.status())(address)
    const seen = new Set<string>()
    await until('a second certificate', async () => {
      seen.add(await fingerprintAt(host))
      return seen.size > 1
    })
  })

  test('slow-node: answers come late', async () => {
    const { address = '' } = await rack.reaches('pi-3', 'maintenance')
    const api = talosApi(resolveThrough(await rack.client.status())(address))
    const before = performance.now()
    await until('an answer', () => api.machine.version({}))
    expect(performance.now() - before).toBeGreaterThan(900)
    api.close()
  })

  test('nic-silent: the node does not appear until its cable is back', async () => {
    await sleep(300)
    expect((await rack.board('pi-4')).address).toBeUndefined()
    await rack.client.faults({ remove: ['nic-silent:pi-4'] })
    await rack.reaches('pi-4', 'maintenance')
  })
})

function fingerprintAt(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: 50_000, rejectUnauthorized: false, ALPNProtocols: ['h2'] }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    })
    socket.on('error', reject)
  })
}
