import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectRack, startRack } from '../src/index.ts'
import { rackSpec } from './fixtures/rack-spec.ts'
import { until } from './fixtures/until.ts'

const spec = rackSpec(1)
const starter = fileURLToPath(new URL('./fixtures/starter.ts', import.meta.url))
let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rack-process-'))
})

afterEach(async () => {
  await connectRack({ dir })
    .stop()
    .catch(() => {})
  await rm(dir, { recursive: true, force: true })
})

const gone = (pid: number) => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

test('a rack outlives whoever started it, then lingers out', async () => {
  await writeFile(join(dir, 'asked.json'), JSON.stringify(spec))
  const program = spawn(process.execPath, [
    '--conditions=source',
    starter,
    join(dir, 'asked.json'),
    join(dir, 'state'),
  ])
  await once(program.stdout, 'data')
  const rack = connectRack({ dir: join(dir, 'state') })
  const { pid } = await rack.status()
  program.kill('SIGKILL')
  await once(program, 'exit')
  const hold = await rack.hold()
  await new Promise((resolve) => setTimeout(resolve, 1300))
  expect((await rack.status()).pid).toBe(pid)
  hold.release()
  await until('the end of the rack', () => gone(pid))
  await expect(rack.status()).rejects.toThrow(/E_RACK_GONE/)
})

test('a live rack is used again, a dead one replaced, on the same addresses and disks', async () => {
  const first = await (await startRack({ spec, dir })).status()
  expect((await (await startRack({ spec, dir })).status()).pid).toBe(first.pid)
  process.kill(first.pid, 'SIGKILL')
  await until('its death', () => gone(first.pid))
  const second = await (await startRack({ spec, dir })).status()
  expect(second.pid).not.toBe(first.pid)
  expect(second.base).toBe(first.base)
  expect((await stat(second.boards[0]!.disk)).size).toBe(spec.boards[0]!.disk.size)
})

test('started twice at once, it is one rack; its folder may have a long name', async () => {
  const deep = join(dir, 'a'.repeat(100))
  const racks = await Promise.all([startRack({ spec, dir: deep }), startRack({ spec, dir: deep })])
  const [one, two] = await Promise.all(racks.map((rack) => rack.status()))
  expect(one!.pid).toBe(two!.pid)
  await racks[0]!.stop()
})

test('another spec starts the rack anew; other faults do not', async () => {
  const rack = await startRack({ spec, dir })
  const { pid } = await rack.status()
  await startRack({ spec: { ...spec, faults: ['slow-node:pi-1'] }, dir })
  expect(await rack.status()).toMatchObject({ pid, faults: ['slow-node:pi-1'] })
  expect(await (await startRack({ spec, dir, keep: true })).status()).toMatchObject({ keep: true })
  await startRack({ spec: rackSpec(2), dir })
  const after = await rack.status()
  expect(after.pid).not.toBe(pid)
  expect(after.boards.map(({ name }) => name)).toEqual(['pi-1', 'pi-2'])
})

test('two racks at a time get different addresses', async () => {
  const other = await mkdtemp(join(tmpdir(), 'rack-process-'))
  const [here, there] = [await startRack({ spec, dir }), await startRack({ spec, dir: other })]
  expect((await here.status()).base).not.toBe((await there.status()).base)
  await there.stop()
  await rm(other, { recursive: true })
})

test('power, faults and what makes no sense, through the control socket', async () => {
  const rack = await startRack({ spec, dir })
  await rack.power('pi-1', false)
  expect((await rack.status()).boards[0]).toMatchObject({ power: false, phase: 'off' })
  await rack.power('pi-1', true)
  expect((await rack.status()).boards[0]).toMatchObject({ power: true })
  await rack.faults({ add: ['nic-silent'] })
  await rack.faults({ add: ['disk-gone:pi-1'], remove: ['nic-silent'] })
  expect((await rack.status()).faults).toEqual(['disk-gone:pi-1'])
  await expect(rack.power('pi-7', true)).rejects.toThrow(/no board is named "pi-7"/)
  await expect(rack.faults({ add: ['disk-gon'] })).rejects.toThrow(/did you mean disk-gone/)
})

test('a disk of another size is not taken for the same', async () => {
  await (await startRack({ spec, dir })).stop()
  const [board] = spec.boards
  const larger = { ...spec, boards: [{ ...board!, disk: { ...board!.disk, size: board!.disk.size * 2 } }] }
  await expect(startRack({ spec: larger, dir })).rejects.toThrow(/E_RACK_DISK_SIZE/)
})
