import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inspectBootDisk, openReadable } from '../../src/index.ts'
import { expectDiskEqualsImage } from '../compare-disk.ts'
import { seededBytes } from '../netboot/bad-weather.ts'
import { makeSmallImage } from '../stand-in.ts'
import { runCli } from './run-cli.ts'

const GB = 1_000_000_000
let dir: string
let raw: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-cli-'))
  ;({ raw } = await makeSmallImage(dir))
})
afterAll(() => rm(dir, { recursive: true }))

const cacheArgs = () => ['--cache', join(dir, 'cache')]
let disks = 0
async function makeDisk(size = 2 * GB, content?: string): Promise<{ path: string; name: string }> {
  const name = `disk-${disks++}.img`
  const path = join(dir, name)
  await using file = await open(path, 'w')
  await file.truncate(size)
  if (content) await file.write(content, 0)
  return { path, name }
}
const firstBytes = async (path: string) => {
  await using disk = await openReadable(path)
  return (await disk.readAt(0, 4)).toString('latin1')
}

test('write, verify and inspect: the disk equals the image and would boot', async () => {
  const { path, name } = await makeDisk()
  const written = await runCli('write', raw, path, '--disk', name, ...cacheArgs())
  expect(written).toMatchObject({ code: 0, err: '' })
  expect(written.out).toMatch(/MB written in .*read back and equal/)
  await using disk = await openReadable(path)
  await using image = await openReadable(raw)
  await expectDiskEqualsImage(disk, image)
  expect((await inspectBootDisk(disk)).bootable).toBe(true)
  expect((await runCli('verify', raw, path, ...cacheArgs())).out).toContain('equal to the image')
  const inspected = await runCli('inspect', path)
  expect(inspected.out).toContain('BOOT')
  expect(inspected.out).toContain('a Raspberry Pi 5 would boot it')
  const asJson = JSON.parse((await runCli('inspect', path, '--json')).out)
  expect(asJson).toMatchObject({ bootable: true, talos: 'v1.13.9', content: { kind: 'partitioned' } })
})

test('verify finds one changed byte, and a partition table that is not the image’s', async () => {
  const { path, name } = await makeDisk()
  await runCli('write', raw, path, '--disk', name, ...cacheArgs())
  const poke = async (at: number) => {
    await using file = await open(path, 'r+')
    await file.write(Buffer.from([0xa5]), 0, 1, at)
  }
  await poke(2 * GB - 100)
  const head = await runCli('verify', raw, path, ...cacheArgs())
  expect([head.code, head.err]).toEqual([1, expect.stringMatching(/E_DISK_DIFFERS .*partition table/)])
  await poke(102 * 1024 * 1024 + 5_000_000)
  const body = await runCli('verify', raw, path, ...cacheArgs())
  expect([body.code, body.err]).toEqual([1, expect.stringMatching(/E_DISK_DIFFERS .*1 ranges/)])
})

test('--json tells progress and the end, an object a line', async () => {
  const { path, name } = await makeDisk()
  const { out } = await runCli('write', raw, path, '--disk', name, '--json', ...cacheArgs())
  const events = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events[0]).toMatchObject({ type: 'progress', phase: 'write' })
  expect(events.at(-1)).toMatchObject({ type: 'flashed', skipped: 0 })
})

describe('write refuses, and leaves the disk as it is:', () => {
  test('a disk that was not named', async () => {
    const { path, name } = await makeDisk()
    const { code, err } = await runCli('write', raw, path, ...cacheArgs())
    expect([code, err]).toEqual([1, expect.stringMatching(/E_DISK_UNNAMED/)])
    expect(err).toContain(`--disk ${name}`)
    expect(await firstBytes(path)).toBe('\0\0\0\0')
  })
  test('a disk that is not the one named', async () => {
    const { path } = await makeDisk()
    for (const option of ['--disk', '--erase']) {
      const { code, err } = await runCli('write', raw, path, option, 'S6XNNS0W103', ...cacheArgs())
      expect([code, err]).toEqual([1, expect.stringMatching(/E_DISK_SERIAL/)])
    }
    expect(await firstBytes(path)).toBe('\0\0\0\0')
  })
  test('a disk that is not empty, unless it is named for erasing', async () => {
    const { path, name } = await makeDisk(2 * GB, 'XFSB')
    const { code, err } = await runCli('write', raw, path, '--disk', name, ...cacheArgs())
    expect([code, err]).toEqual([1, expect.stringMatching(/E_DISK_NOT_EMPTY .*xfs/i)])
    expect(err).toContain(`--erase ${name}`)
    expect(await firstBytes(path)).toBe('XFSB')
    expect((await runCli('write', raw, path, '--erase', name, ...cacheArgs())).code).toBe(0)
    expect(await firstBytes(path)).not.toBe('XFSB')
  })
  test('a disk that is too small', async () => {
    const { path, name } = await makeDisk(100_000_000)
    const { code, err } = await runCli('write', raw, path, '--disk', name, ...cacheArgs())
    expect([code, err]).toEqual([1, expect.stringMatching(/E_DISK_TOO_SMALL/)])
    expect(await firstBytes(path)).toBe('\0\0\0\0')
  })
  test('an image that is none', async () => {
    const { path, name } = await makeDisk()
    const broken = join(dir, 'broken.gz')
    await writeFile(broken, gzipSync(Buffer.alloc(100_000, 7)).subarray(0, 60))
    for (const image of [broken, join(dir, 'none')]) {
      const { code, err } = await runCli('write', image, path, '--disk', name, ...cacheArgs())
      expect([code, err]).toEqual([1, expect.stringMatching(/E_IMAGE/)])
    }
    expect(await firstBytes(path)).toBe('\0\0\0\0')
  })
  test('what is no disk, or is not there', async () => {
    const folder = await runCli('write', raw, dir, '--disk', 'x', ...cacheArgs())
    expect([folder.code, folder.err]).toEqual([1, expect.stringMatching(/E_DISK_KIND/)])
    const missing = await runCli('write', raw, join(dir, 'none'), '--disk', 'x', ...cacheArgs())
    expect([missing.code, missing.err]).toEqual([1, expect.stringMatching(/E_DISK_MISSING/)])
    const terminal = await runCli('write', raw, '/dev/null', '--erase', 'x', ...cacheArgs())
    expect([terminal.code, terminal.err]).toEqual([1, expect.stringMatching(/E_DISK_KIND/)])
  })

  /** A machine with one disk: /dev/nvme9n9, which does not exist, so nothing can be harmed. */
  async function machine(files: Record<string, string>): Promise<string> {
    const root = await mkdtemp(join(dir, 'root-'))
    const disk = 'sys/block/nvme9n9'
    const all = {
      [`${disk}/size`]: `${(4 * GB) / 512}\n`,
      [`${disk}/dev`]: '259:0\n',
      [`${disk}/device/serial`]: 'S1\n',
      [`${disk}/device/model`]: 'Samsung\n',
      [`${disk}/queue/logical_block_size`]: '512\n',
      [`${disk}/ro`]: '0\n',
      [`${disk}/nvme9n9p1/dev`]: '259:1\n',
      'proc/self/mounts': 'proc /proc proc rw 0 0\n',
      ...files,
    }
    for (const [path, text] of Object.entries(all)) {
      await mkdir(join(root, path, '..'), { recursive: true })
      await writeFile(join(root, path), text)
    }
    return root
  }
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'the system disk, even where its mount has another name',
      { 'proc/self/mountinfo': '22 1 259:1 / / rw,relatime - ext4 /dev/root rw\n' },
      /E_DISK_IN_USE .*running system/,
    ],
    ['a mounted disk', { 'proc/self/mounts': '/dev/nvme9n9p1 /srv ext4 rw 0 0\n' }, /E_DISK_IN_USE .*\/srv/],
    ['a disk with swap', { 'proc/swaps': '/dev/nvme9n9p1 partition 1 0 -2\n' }, /E_DISK_IN_USE .*swap/],
    [
      'a disk that something is stacked on',
      { 'sys/block/nvme9n9/nvme9n9p1/holders/dm-0/x': '' },
      /E_DISK_IN_USE .*dm-0/,
    ],
    ['a read-only disk', { 'sys/block/nvme9n9/ro': '1\n' }, /E_DISK_READ_ONLY/],
    [
      'a disk with sectors of 4 KiB',
      { 'sys/block/nvme9n9/queue/logical_block_size': '4096\n' },
      /E_DISK_SECTOR_SIZE/,
    ],
    ['a disk with another serial', { 'sys/block/nvme9n9/device/serial': 'S2\n' }, /E_DISK_SERIAL/],
  ])('%s', async (_, files, expected) => {
    const root = await machine(files)
    const args = ['--erase', 'S1', '--system-root', root, ...cacheArgs()]
    const { code, err } = await runCli('write', raw, '/dev/nvme9n9', ...args)
    expect([code, err]).toEqual([1, expect.stringMatching(expected)])
  })
  test('a partition', async () => {
    const { code, err } = await runCli(
      'write',
      raw,
      '/dev/nvme9n9p1',
      '--disk',
      'S1',
      '--system-root',
      await machine({}),
    )
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/E_DISK_(KIND|MISSING).*\n.*nvme9n9 \(Samsung, S1\)/),
    ])
  })
  test('a loop device, which is a window onto a file or disk', async (ctx) => {
    const { path } = await makeDisk()
    let loop: string
    try {
      loop = execFileSync('losetup', ['--find', '--show', path], { encoding: 'utf8', stdio: 'pipe' }).trim()
    } catch {
      return ctx.skip('no loop device can be attached here: it takes root')
    }
    try {
      const { code, err } = await runCli('write', raw, loop, '--erase', 'x', ...cacheArgs())
      expect([code, err]).toEqual([1, expect.stringMatching(/E_DISK_KIND/)])
    } finally {
      execFileSync('losetup', ['--detach', loop])
    }
  })
})

test('a slip of the fingers runs nothing', async () => {
  const { path } = await makeDisk(2 * GB, 'XFSB')
  for (const args of [['--eraze', 'x'], ['--erase'], ['extra', '--erase', 'x']]) {
    const { code, out } = await runCli('write', raw, path, ...args)
    expect([code, out]).toEqual([1, ''])
  }
  expect((await runCli('wriet')).err).toContain('Did you mean write?')
  expect(await firstBytes(path)).toBe('XFSB')
})

test('image frames an image once, and unwraps a kernel', async () => {
  const first = await runCli('image', raw, '--json', ...cacheArgs())
  const found = JSON.parse(first.out)
  expect(found.size).toBe(278 * 1024 * 1024)
  expect((await readFile(found.path)).length).toBe(found.framed)
  const kernel = Buffer.from(seededBytes(4096))
  kernel.write('ARM\x64', 56, 'latin1')
  await writeFile(join(dir, 'vmlinuz'), gzipSync(kernel))
  const out = join(dir, 'Image')
  expect((await runCli('image', '--kernel', join(dir, 'vmlinuz'), '--out', out)).out).toContain('was gzip')
  expect((await readFile(out)).equals(kernel)).toBe(true)
  expect((await runCli('image', '--kernel', raw, '--out', out)).err).toMatch(/E_KERNEL/)
  expect((await runCli('image', '--kernel', raw)).err).toMatch(/E_OPTION/)
})
