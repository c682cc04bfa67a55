import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readableBytes } from '../bytes/readable.ts'
import { writeFat } from '../fat/index.ts'
import { labelGuid, partitionTypes, writeGpt } from '../gpt/index.ts'
import { writeMarker } from '../write/marker.ts'
import { classifyDisk, findDisks, openDevice } from './index.ts'

const KIB = 1024
const MIB = 1024 * KIB
const size = 40 * MIB
let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-device-'))
})
afterAll(() => rm(dir, { recursive: true }))

describe('what a disk holds', () => {
  const bytes = (at: number, value: string | Buffer) => {
    const disk = Buffer.alloc(size)
    disk.set(typeof value === 'string' ? Buffer.from(value, 'latin1') : value, at < 0 ? size + at : at)
    return disk
  }
  const { primary, backup, backupOffset } = writeGpt(
    {
      diskGuid: labelGuid('d'),
      sectorSize: 512,
      partitions: [
        {
          number: 1,
          name: 'EFI',
          type: partitionTypes.efi,
          guid: labelGuid('e'),
          firstBlock: 2048,
          lastBlock: 4095,
          attributes: 0n,
        },
      ],
    },
    size,
  )
  const gpt = {
    kind: 'partitioned',
    label: 'gpt',
    partitions: [{ name: 'EFI', type: partitionTypes.efi, size: MIB }],
  }
  const filesystem = (type: string) => ({ kind: 'filesystem', type })
  const image = 'ab'.repeat(32)
  const torn = writeMarker({ image, state: 'writing' }).fill(1, 2000, 2001)

  test.each<[string, Buffer, object]>([
    ['nothing', bytes(0, ''), { kind: 'empty' }],
    ['something in the middle only', bytes(20 * MIB, 'old'), { kind: 'empty' }],
    ['one byte in the first MiB', bytes(MIB - 1, 'x'), { kind: 'unknown' }],
    ['one byte in the last MiB', bytes(-1, 'x'), { kind: 'unknown' }],
    ['our marker', bytes(0, writeMarker({ image, state: 'writing' })), { kind: 'interrupted', image }],
    ['a torn marker', bytes(0, torn), { kind: 'unknown' }],
    [
      'both GPTs',
      bytes(0, Buffer.concat([primary, Buffer.alloc(size - primary.length - backup.length), backup])),
      gpt,
    ],
    ['the backup GPT alone', bytes(backupOffset, backup), gpt],
    ['a broken GPT', bytes(512, 'EFI PART'), { kind: 'partitioned', label: 'gpt', partitions: [] }],
    [
      'an MBR',
      bytes(446, Buffer.from(`00000000${'0c'}000000${'00080000'}${'00100000'}${'00'.repeat(48)}55aa`, 'hex')),
      { kind: 'partitioned', label: 'mbr', partitions: [{ name: '', type: '0x0c', size: 2 * MIB }] },
    ],
    ['xfs', bytes(0, 'XFSB'), filesystem('xfs')],
    ['ext4', bytes(1080, '\x53\xef'), filesystem('ext')],
    ['btrfs', bytes(64 * KIB + 64, '_BHRfS_M'), filesystem('btrfs')],
    ['FAT32', bytes(0, writeFat({ label: 'X', size, files: {} })), filesystem('fat')],
    ['LUKS', bytes(0, 'LUKS\xba\xbe'), filesystem('luks')],
    ['LVM', bytes(512, 'LABELONE'), filesystem('lvm')],
    ['swap', bytes(4086, 'SWAPSPACE2'), filesystem('swap')],
    ['mdraid 1.2', bytes(4096, '\xfc\x4e\x2b\xa9'), filesystem('mdraid')],
    ['mdraid 1.0', bytes(-8 * KIB, '\xfc\x4e\x2b\xa9'), filesystem('mdraid')],
    ['mdraid 0.90', bytes(-64 * KIB, '\xfc\x4e\x2b\xa9'), filesystem('mdraid')],
    ['ZFS', bytes(-512 * KIB + 132 * KIB, '\x0c\xb1\xba\0\0\0\0\0'), filesystem('zfs')],
  ])('%s', async (_, disk, content) => {
    expect(await classifyDisk(readableBytes(disk))).toEqual(content)
  })

  test('garbage and tiny disks never throw', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 10_000 }), async (disk) => {
        const { kind } = await classifyDisk(readableBytes(disk))
        expect(kind === 'empty').toBe(disk.every((byte) => byte === 0))
      }),
      { numRuns: 50 },
    ))
})

describe('disks of a machine', () => {
  const machine = async (files: Record<string, string>) => {
    const root = await mkdtemp(join(dir, 'machine-'))
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
    return findDisks(root)
  }
  const nvme = {
    'sys/block/nvme0n1/size': '2000409264\n',
    'sys/block/nvme0n1/ro': '0\n',
    'sys/block/nvme0n1/queue/logical_block_size': '512\n',
    'sys/block/nvme0n1/device/model': 'Some NVMe 1TB   \n',
    'sys/block/nvme0n1/device/serial': 'S6XNNS0W103  \n',
    'sys/block/nvme0n1/nvme0n1p1/partition': '1\n',
    'sys/block/loop0/size': '8\n',
  }
  const found = {
    device: '/dev/nvme0n1',
    model: 'Some NVMe 1TB',
    serial: 'S6XNNS0W103',
    size: 1_024_209_543_168,
    sectorSize: 512,
    readOnly: false,
  }

  test('an NVMe is found, a loop device is not a disk', async () => {
    expect(await machine(nvme)).toEqual([found])
  })
  test.each([
    ['mounted', { 'proc/self/mounts': '/dev/nvme0n1p1 /boot vfat rw 0 0\n' }, 'mounted at /boot'],
    ['swap', { 'proc/swaps': 'Filename\n/dev/nvme0n1 partition 1 0 -2\n' }, 'used as swap'],
    ['under a device mapper', { 'sys/block/nvme0n1/nvme0n1p1/holders/dm-0': '' }, 'held by dm-0'],
  ])('a disk that is %s is in use', async (_, files, inUse) => {
    expect(await machine({ ...nvme, ...files })).toEqual([{ ...found, inUse }])
  })
  test('SCSI serials and read-only disks', async () => {
    const disks = await machine({
      'sys/block/sda/size': '8',
      'sys/block/sda/ro': '1',
      'sys/block/sda/device/vpd_pg80': '\0\x80\0\x04WD12',
    })
    expect(disks).toMatchObject([{ device: '/dev/sda', serial: 'WD12', readOnly: true, size: 4096 }])
  })
  test('a machine without disks', async () => expect(await machine({})).toEqual([]))
})

describe('device', () => {
  test('writes and reads whole blocks, anywhere', async () => {
    const path = join(dir, 'disk.img')
    await using file = await open(path, 'w')
    await file.truncate(4 * MIB)
    await using device = await openDevice(path, 4 * MIB, 'write')
    const buffer = device.allocate(10_000)
    expect(buffer.length).toBe(12_288)
    buffer.fill(9)
    await device.write(buffer, MIB)
    await device.sync()
    await device.read(buffer.fill(0), MIB)
    expect(buffer.every((byte) => byte === 9)).toBe(true)
  })
  test('the end of the disk and a missing disk are faults', async () => {
    const path = join(dir, 'short.img')
    await writeFile(path, Buffer.alloc(8192))
    await using device = await openDevice(path, 8192, 'read')
    const buffer = device.allocate(8192)
    await expect(device.read(buffer, 4096)).rejects.toThrow(/E_DISK_IO/)
    await expect(device.write(buffer, 0)).rejects.toThrow(/E_DISK_IO/)
    await expect(openDevice(join(dir, 'none'), 1, 'read')).rejects.toThrow(/E_DISK_MISSING/)
  })
})
