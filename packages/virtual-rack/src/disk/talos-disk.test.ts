import { mkdtemp, open, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspectBootDisk, openReadable, partitionBytes } from '@homerack/flasher'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installDisk } from '../../test/fixtures/installed-disk.ts'
import { makeNotEmpty } from './make-not-empty.ts'
import { discardNvme, insertNvme } from './nvme.ts'
import { talosDisk } from './talos-disk.ts'
import { stateBytes } from './volume-layout.ts'

const gibibyte = 2 ** 30
const size = 8 * gibibyte
let dir: string
let path: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'disk-'))
  path = join(dir, 'disk.img')
})

afterEach(() => rm(dir, { recursive: true, force: true }))

const inspect = async () => {
  await using disk = await openReadable(path)
  return await inspectBootDisk(disk)
}
const volumes = [
  { label: 'STATE', min: stateBytes, max: () => stateBytes },
  { label: 'EPHEMERAL', min: 2 * gibibyte, max: () => 3 * gibibyte },
  { label: 'u-longhorn', min: gibibyte },
]

test('volumes get partitions once, the disk stays bootable with both tables, and content lasts', async () => {
  await installDisk(path, size)
  expect(await talosDisk(path).provision(volumes)).toEqual([])
  await talosDisk(path).write('STATE', { config: 'version: v1alpha1\n' })
  expect(await talosDisk(path).provision([{ label: 'EPHEMERAL', min: 7 * gibibyte }])).toEqual([])
  const found = await inspect()
  expect([found.reasons, found.bootable]).toEqual([[], true])
  const sizes = Object.fromEntries(
    found.partitions.map((each) => [each.name, partitionBytes(found.gpt!, each).length]),
  )
  expect(sizes).toMatchObject({ STATE: stateBytes, EPHEMERAL: 3 * gibibyte })
  expect(sizes['u-longhorn']).toBeGreaterThan(4 * gibibyte)
  expect(await talosDisk(path).read('STATE')).toEqual({ config: 'version: v1alpha1\n' })
  expect(await talosDisk(path).read('EPHEMERAL')).toBeUndefined()
  expect((await stat(path)).blocks * 512).toBeLessThan(8 * 2 ** 20)
})

test('a volume without room fails, the others do not', async () => {
  await installDisk(path, size)
  const failed = await talosDisk(path).provision([
    { label: 'EPHEMERAL', min: gibibyte },
    { label: 'u-late', min: gibibyte },
  ])
  expect(failed).toMatchObject([{ label: 'u-late', cause: expect.stringContaining('not enough space') }])
})

test('wiped partitions make room for new ones in their place', async () => {
  await installDisk(path, size)
  const disk = talosDisk(path)
  await disk.provision(volumes)
  const before = (await disk.partitions()).find(({ name }) => name === 'EPHEMERAL')
  for (const label of ['STATE', 'EPHEMERAL']) await disk.wipe(label, true)
  expect(await disk.provision(volumes)).toEqual([])
  expect((await disk.partitions()).find(({ name }) => name === 'EPHEMERAL')).toEqual(before)
  expect(await disk.read('STATE')).toBeUndefined()
})

test('damaged content is no content', async () => {
  await installDisk(path, size)
  const disk = talosDisk(path)
  await disk.provision(volumes)
  await disk.write('STATE', { config: 'x'.repeat(5000) })
  const { gpt } = await inspect()
  const { start } = partitionBytes(gpt!, gpt!.partitions.find(({ name }) => name === 'STATE')!)
  for (const [offset, bytes] of [
    [1000, [1]],
    [8, [0xff, 0xff, 0xff, 0xff]],
    [0, [0]],
  ] as const) {
    const file = await open(path, 'r+')
    await file.write(Buffer.from(bytes), 0, bytes.length, start + offset)
    await file.close()
    expect(await disk.read('STATE')).toBeUndefined()
  }
  await expect(disk.write('u-nobody', {})).rejects.toThrow(RangeError)
})

test('META keys and another version are written without harm to the rest', async () => {
  await installDisk(path, size)
  const disk = talosDisk(path)
  await disk.writeMeta(0x0a, Buffer.from('network'))
  await disk.writeMeta(0x0b, Buffer.from('code'))
  await disk.writeMeta(0x0b, undefined)
  expect((await disk.readMeta()).has(0x0b)).toBe(false)
  expect(await disk.readVersions()).toMatchObject({ talos: 'v1.13.9' })
  await disk.writeVersions({ talos: 'v1.14.1', fallback: 'v1.13.9' })
  expect(await disk.readVersions()).toMatchObject({ talos: 'v1.14.1', fallback: 'v1.13.9' })
  expect(Buffer.from((await disk.readMeta()).get(0x0a)!).toString()).toBe('network')
  expect((await disk.readMeta()).get(0x11)).toEqual(Buffer.from('grub'))
  expect(await inspect()).toMatchObject({ bootable: true, talos: 'v1.14.1' })
})

test('a new NVMe is sparse and blank; another size is refused; a NAS moves in only once', async () => {
  await insertNvme(path, size)
  await insertNvme(path, size)
  expect((await stat(path)).blocks).toBe(0)
  await expect(insertNvme(path, 2 * size)).rejects.toThrow(/E_RACK_DISK_SIZE/)
  await truncate(path, 1024 * 1024)
  await insertNvme(path, size)
  expect((await stat(path)).size).toBe(size)
  expect(await makeNotEmpty(path)).toBe(true)
  expect(await makeNotEmpty(path)).toBe(false)
  expect((await inspect()).partitions.map(({ name }) => name)).toEqual(['Synology', 'swap', 'volume1'])
  await discardNvme(path)
  expect(await stat(path)).toMatchObject({ size, blocks: 0 })
})
