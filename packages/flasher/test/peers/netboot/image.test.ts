import { execFileSync } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type FramedImage,
  labelGuid,
  openReadable,
  partitionBytes,
  readFrame,
  readGpt,
  slice,
  writeImage,
} from '../../../src/index.ts'
import { makeSmallImage } from '../../stand-in.ts'

const GB = 1_000_000_000
let dir: string
let raw: string
let disk: string
let framed: FramedImage
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-image-peers-'))
  ;({ raw, framed } = await makeSmallImage(dir))
  disk = join(dir, 'disk.img')
  await using file = await open(disk, 'w')
  await file.truncate(4 * GB)
  await using frames = await open(framed.path)
  await writeImage({
    disk: { device: disk, size: 4 * GB },
    manifest: framed.manifest,
    fetchRange: async (range) => {
      const bytes = Buffer.alloc(range.frame.length)
      await frames.read(bytes, 0, bytes.length, range.frame.offset)
      return readFrame(bytes, range)
    },
  })
})
afterAll(() => rm(dir, { recursive: true }))

const run = (path: string, ...args: string[]): string =>
  execFileSync(path, args, { encoding: 'utf8', stdio: 'pipe' })

/** The EFI partition of the written disk as a file of its own. */
async function efiPartition(): Promise<string> {
  await using source = await openReadable(disk)
  const { primary } = await readGpt(source)
  const at =
    primary.state === 'good' &&
    primary.gpt.partitions[0] &&
    partitionBytes(primary.gpt, primary.gpt.partitions[0])
  if (!at) throw new Error('the disk has no EFI partition')
  const path = join(dir, 'efi.img')
  await using file = await open(path, 'w')
  await file.write(await slice(source, at.start, at.length).readAt(0, at.length))
  return path
}

test('sgdisk finds no fault in the image, nor in the disk it was written to', async (ctx) => {
  const sgdisk = findPeer('sgdisk')
  if ('missing' in sgdisk) return ctx.skip(sgdisk.missing)
  for (const path of [raw, disk]) expect(run(sgdisk.path, '--verify', path)).toContain('No problems found')
  const shown = run(sgdisk.path, '--info=1', disk)
  expect(shown).toContain("Partition name: 'EFI'")
  expect(shown.toLowerCase()).toContain(`partition unique guid: ${labelGuid('EFI')}`)
  expect(run(sgdisk.path, '--print', disk).toLowerCase()).toContain(labelGuid('talos-image-disk'))
})

test('mtools reads the EFI partition', async (ctx) => {
  const mcopy = findPeer('mcopy')
  if ('missing' in mcopy) return ctx.skip(mcopy.missing)
  const efi = await efiPartition()
  expect(run(mcopy.path, '-i', efi, '::/config.txt', '-')).toContain('kernel=u-boot.bin')
  expect(run(mcopy.path, '-i', efi, '::/overlays/disable-bt-pi5.dtbo', '-')).toContain('brcm,bcm2712')
  expect(run(mcopy.path, '-i', efi, '::/EFI/boot/BOOTAA64.EFI', '-').startsWith('MZ')).toBe(true)
})

test('fsck.vfat finds no fault in the EFI partition', async (ctx) => {
  const fsck = findPeer('fsck.vfat')
  if ('missing' in fsck) return ctx.skip(fsck.missing)
  expect(run(fsck.path, '-n', await efiPartition())).toMatch(/\d+ files, \d+\/\d+ clusters/)
})
