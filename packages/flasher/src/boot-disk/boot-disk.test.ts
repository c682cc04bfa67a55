import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openReadable, type Readable, readableBytes } from '../bytes/index.ts'
import { writeFat } from '../fat/index.ts'
import { deviceTree } from '../image/stand-in/device-tree.ts'
import { makeStandInImage } from '../image/stand-in/make-stand-in-image.ts'
import { readConfigTxt } from './config-txt.ts'
import { inspectBootDisk } from './index.ts'

const MIB = 1024 * 1024
let dir: string
let image: Readable & AsyncDisposable
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-boot-disk-'))
  const options = { talosVersion: 'v1.13.9', contentBytes: MIB, bootBytes: 8 * MIB }
  image = await openReadable((await makeStandInImage({ path: join(dir, 'image.raw'), ...options })).path)
})
afterAll(async () => {
  await image[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

/** The image with `bytes` at `offset`, in memory only. */
const changed = (offset: number, bytes: Uint8Array): Readable => ({
  size: image.size,
  async readAt(at, length) {
    const part = await image.readAt(at, length)
    const overlay = readableBytes(bytes)
    const from = Math.max(at, offset)
    const until = Math.min(at + part.length, offset + bytes.length)
    if (from < until) part.set(await overlay.readAt(from - offset, until - from), from - at)
    return part
  },
})

test('a stand-in image boots and names its Talos', async () => {
  const found = await inspectBootDisk(image)
  expect(found).toMatchObject({ bootable: true, reasons: [], talos: 'v1.13.9' })
  expect(
    found.partitions.map(({ name, firstBlock, lastBlock }) => [name, (lastBlock - firstBlock + 1) / 2048]),
  ).toEqual([
    ['EFI', 100],
    ['BIOS', 1],
    ['BOOT', 8],
    ['META', 1],
  ])
  expect(found.meta?.get(0x11)?.toString()).toBe('grub')
})

test('the same options give the same image; another version another', async () => {
  const make = async (name: string, talosVersion: string) => {
    const options = { path: join(dir, name), talosVersion, contentBytes: MIB, bootBytes: 8 * MIB }
    await using made = await openReadable((await makeStandInImage(options)).path)
    return made.readAt(0, 112 * MIB)
  }
  const first = await image.readAt(0, 112 * MIB)
  expect((await make('again.raw', 'v1.13.9')).equals(first)).toBe(true)
  expect((await make('other.raw', 'v1.14.0')).equals(first)).toBe(false)
})

describe('what a Pi would not boot', () => {
  const good = {
    'config.txt': Buffer.from('kernel=u-boot.bin\n'),
    'u-boot.bin': Buffer.from('x'),
    'bcm2712-rpi-5-b.dtb': deviceTree('brcm,bcm2712'),
  }
  const efi = (files: Record<string, Uint8Array>) =>
    changed(MIB, writeFat({ label: 'EFI', size: 100 * MIB, files }))
  const without = (name: keyof typeof good) =>
    efi(Object.fromEntries(Object.entries(good).filter(([n]) => n !== name)))

  test.each<[string, () => Readable, RegExp]>([
    ['no MBR', () => changed(0, Buffer.alloc(512)), /protective MBR/],
    ['no primary GPT', () => changed(512, Buffer.alloc(512)), /no primary GPT/],
    ['a broken primary GPT', () => changed(600, Buffer.from('x')), /primary GPT is broken/],
    ['no backup GPT', () => changed(image.size - 512, Buffer.alloc(512)), /no backup GPT/],
    ['no file system', () => changed(MIB, Buffer.alloc(512)), /EFI partition: there is no boot sector/],
    ['no config.txt', () => without('config.txt'), /config.txt is missing/],
    ['no kernel', () => without('u-boot.bin'), /kernel u-boot.bin is missing/],
    ['no device tree', () => without('bcm2712-rpi-5-b.dtb'), /device tree bcm2712-rpi-5-b.dtb is missing/],
    [
      'a device tree of another board',
      () => efi({ ...good, 'bcm2712-rpi-5-b.dtb': deviceTree('brcm,bcm2711') }),
      /no device tree for a Pi 5/,
    ],
    [
      'no default kernel',
      () => efi({ ...good, 'config.txt': Buffer.from('[pi4]\nkernel=u-boot.bin\n') }),
      /kernel_2712.img or kernel8.img is missing/,
    ],
    ['a damaged META', () => changed((1 + 100 + 1 + 8) * MIB, Buffer.alloc(512 * 1024)), /META is damaged/],
    ['nothing at all', () => readableBytes(Buffer.alloc(MIB)), /protective MBR/],
  ])('%s', async (_, disk, reason) => {
    const { bootable, reasons } = await inspectBootDisk(disk())
    expect(bootable).toBe(false)
    expect(reasons.join('\n')).toMatch(reason)
  })

  test('what is good, boots', async () => {
    expect((await inspectBootDisk(efi(good))).reasons).toEqual([])
  })
})

test('config.txt: sections for other boards do not hold, the last word wins', () => {
  const text =
    'kernel=a\r\n# kernel=b\n[pi4]\nkernel=c\n[pi5]\n kernel = d \n[all]\narm_64bit=1\n[none]\nkernel=e\n'
  expect([...readConfigTxt(text)]).toEqual([
    ['kernel', 'd'],
    ['arm_64bit', '1'],
  ])
})

test('a disk that is cut off is not bootable, wherever it was cut', async () => {
  await using file = await open(join(dir, 'image.raw'))
  for (const size of [0, 511, 512, 1024, 20_000, MIB, 50 * MIB, image.size - 512]) {
    const disk = {
      size,
      readAt: async (at: number, length: number) => {
        const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - at)))
        await file.read(buffer, 0, buffer.length, at)
        return buffer
      },
    }
    expect((await inspectBootDisk(disk)).bootable).toBe(false)
  }
})
