import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readableBytes } from '../bytes/readable.ts'
import {
  fitGpt,
  type Gpt,
  guidToBytes,
  labelGuid,
  legacyBoot,
  partitionTypes,
  readGpt,
  writeGpt,
} from './index.ts'

const MIB = 1024 * 1024
const gpt: Gpt = {
  diskGuid: labelGuid('talos-image-disk'),
  sectorSize: 512,
  partitions: [
    {
      number: 1,
      name: 'EFI',
      type: partitionTypes.efi,
      guid: labelGuid('EFI'),
      firstBlock: 2048,
      lastBlock: 4095,
      attributes: 0n,
    },
    {
      number: 3,
      name: 'BOOT ü',
      type: partitionTypes.linux,
      guid: labelGuid('B'),
      firstBlock: 6144,
      lastBlock: 8191,
      attributes: legacyBoot,
    },
  ],
}

function image(size: number, table = gpt): Buffer {
  const disk = Buffer.alloc(size)
  const { primary, backup, backupOffset } = writeGpt(table, size)
  disk.set(primary)
  disk.set(backup, backupOffset)
  return disk
}

test('GUIDs are mixed-endian on disk, and a label gives a UUID of version 8', () => {
  expect(guidToBytes(partitionTypes.efi).toString('hex')).toBe('28732ac11ff8d211ba4b00a0c93ec93b')
  expect(labelGuid('EFI')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(labelGuid('EFI')).toBe('bca5174b-0118-8a6a-af0b-2c6e1585acae')
})

test('what was written is read, from both ends', async () => {
  const found = await readGpt(readableBytes(image(8 * MIB)))
  expect(found).toEqual({
    primary: { state: 'good', gpt },
    backup: { state: 'good', gpt },
    protectiveMbr: true,
  })
})

test('sectors of 4 KiB', async () => {
  const table = { ...gpt, sectorSize: 4096 }
  const found = await readGpt(readableBytes(image(64 * MIB, table)), 4096)
  expect(found.backup).toEqual({ state: 'good', gpt: table })
})

test.each([
  ['a flipped bit in the header', 512 + 60, /header checksum/],
  ['a flipped bit in the entries', 1024 + 3, /checksum of the entries/],
])('%s', async (_, at, reason) => {
  const disk = image(8 * MIB)
  disk.writeUInt8(disk.readUInt8(at) ^ 1, at)
  const { primary, backup } = await readGpt(readableBytes(disk))
  expect(primary).toEqual({ state: 'broken', reason: expect.stringMatching(reason) })
  expect(backup.state).toBe('good')
})

test.each([
  ['overlap', [2048, 4095], [4000, 5000]],
  ['leave the disk', [2048, 4095], [6144, 1 << 20]],
  ['lie on the table', [3, 4095], [6144, 7000]],
])('partitions that %s are not written', (_, ...places) => {
  const partitions = gpt.partitions.map((p, i) => ({
    ...p,
    firstBlock: places[i]![0]!,
    lastBlock: places[i]![1]!,
  }))
  expect(() => writeGpt({ ...gpt, partitions }, 8 * MIB)).toThrow(RangeError)
})

test('fitted to a larger disk, the backup is at its end and boot code stays', async () => {
  const small = image(8 * MIB)
  small.write('boot code', 0)
  const fitted = await fitGpt(small.subarray(0, MIB), small.length, 32 * MIB)
  const disk = Buffer.alloc(32 * MIB)
  disk.set(fitted!.primary)
  disk.set(fitted!.backup, fitted!.backupOffset)
  expect(fitted!.backupOffset + fitted!.backup.length).toBe(disk.length)
  expect(disk.toString('latin1', 0, 9)).toBe('boot code')
  expect(await readGpt(readableBytes(disk))).toEqual(await readGpt(readableBytes(image(32 * MIB))))
})

test('fitting changes only what tells the size of the disk', async () => {
  const small = image(8 * MIB)
  const { primary } = (await fitGpt(small.subarray(0, MIB), small.length, 32 * MIB))!
  const changed = [...primary.keys()].filter((at) => primary[at] !== small[at])
  // Sectors in the protective MBR; then, in the header: its checksum, the backup's place, the last usable block.
  const fields = [
    [458, 462],
    [512 + 16, 512 + 20],
    [512 + 32, 512 + 40],
    [512 + 48, 512 + 56],
  ] as const
  expect(changed.filter((at) => !fields.some(([from, to]) => at >= from && at < to))).toEqual([])
})

test('fitting gives up on what is no GPT', async () => {
  expect(await fitGpt(Buffer.alloc(MIB), 8 * MIB, 32 * MIB)).toBeUndefined()
})

test('garbage and damage never throw', async () => {
  const whole = image(MIB * 2, { ...gpt, partitions: [] })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(3 * 512 + 200), fc.nat(255)), { maxLength: 8 }),
      fc.nat(4096),
      async (changes, length) => {
        const disk = Buffer.from(whole)
        for (const [at, byte] of changes) disk[at] = byte
        await readGpt(readableBytes(disk))
        await readGpt(readableBytes(disk.subarray(0, length)))
        await fitGpt(disk.subarray(0, MIB), disk.length, 4 * MIB)
      },
    ),
    { numRuns: 300 },
  )
})

test('numbers a damaged header may hold, its checksum being right, never throw', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.bigInt(0n, 2n ** 64n - 1n),
      fc.constantFrom(24, 32, 40, 48, 72, 80),
      async (value, field) => {
        const disk = image(2 * MIB, { ...gpt, partitions: [] })
        disk.writeBigUInt64LE(value, 512 + field)
        disk.writeUInt32LE(0, 512 + 16)
        const { crc32 } = await import('node:zlib')
        disk.writeUInt32LE(crc32(disk.subarray(512, 604)), 512 + 16)
        await readGpt(readableBytes(disk))
        await fitGpt(disk.subarray(0, MIB), disk.length, 4 * MIB)
      },
    ),
    { numRuns: 300 },
  )
})
