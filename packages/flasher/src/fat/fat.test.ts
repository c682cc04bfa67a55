import { FaultError } from '@homerack/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readableBytes } from '../bytes/readable.ts'
import { openFat, writeFat } from './index.ts'

const size = 40 * 1024 * 1024
const files = {
  'config.txt': Buffer.from('kernel=u-boot.bin\n'),
  'KERNEL.IMG': Buffer.alloc(100_000, 7),
  'empty.bin': Buffer.alloc(0),
  'a name of more than thirteen letters.dtb': Buffer.from('one'),
  'a name of more than thirteen figures.dtb': Buffer.from('two'),
  'overlays/deeper/fenêtre.dtbo': Buffer.from('three'),
  'overlays/README': Buffer.from('four'),
}
const whole = (bytes: Buffer) => ({ ...readableBytes(bytes), size })

/** The volume up to its last used byte, followed by zeros up to `size`. */
const written = writeFat({ label: 'EFI', size, files })

test('what was written is read', async () => {
  const fat = await openFat(whole(written))
  expect(fat.label).toBe('EFI')
  for (const [path, bytes] of Object.entries(files)) expect(await fat.readFile(path)).toEqual(bytes)
  expect((await fat.list('')).map(({ name }) => name).toSorted()).toEqual(
    [
      'KERNEL.IMG',
      'a name of more than thirteen figures.dtb',
      'a name of more than thirteen letters.dtb',
      'config.txt',
      'empty.bin',
      'overlays',
    ].toSorted(),
  )
  expect((await fat.list('overlays')).map(({ name }) => name)).toEqual(['deeper', 'README'])
})

test('names match in any case; what is not there is not found', async () => {
  const fat = await openFat(whole(written))
  expect((await fat.find('OVERLAYS/readme'))?.name).toBe('README')
  expect(await fat.find('overlays/absent')).toBeUndefined()
  expect(await fat.find('config.txt/below')).toBeUndefined()
  await expect(fat.readFile('overlays')).rejects.toThrow(FaultError)
  await expect(fat.list('config.txt')).rejects.toThrow(FaultError)
})

test('the same files give the same bytes, whatever their order', () => {
  const reversed = Object.fromEntries(Object.entries(files).toReversed())
  expect(writeFat({ label: 'EFI', size, files: reversed })).toEqual(written)
})

test('files that do not fit, and volumes that cannot be FAT32, are refused', () => {
  expect(() => writeFat({ label: 'X', size, files: { big: Buffer.alloc(size) } })).toThrow(RangeError)
  expect(() => writeFat({ label: 'X', size: 1024 * 1024, files: {} })).toThrow(RangeError)
})

test('files of random names and contents come back', async () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,30}[a-z0-9]$/)
  const path = fc.array(name, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('/'))
  const entries = fc.uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 3000 })), {
    maxLength: 12,
    selector: ([p]) => p.split('/')[0]!.toLowerCase(),
  })
  await fc.assert(
    fc.asyncProperty(entries, async (list) => {
      const fat = await openFat(whole(writeFat({ label: 'RANDOM', size, files: Object.fromEntries(list) })))
      for (const [path, bytes] of list) expect(Buffer.compare(await fat.readFile(path), bytes)).toBe(0)
    }),
    { numRuns: 20 },
  )
})

test('a file whose chain runs in a circle ends', async () => {
  const damaged = Buffer.from(written)
  const fat = await openFat(whole(damaged))
  const { firstCluster } = (await fat.find('KERNEL.IMG'))!
  damaged.writeUInt32LE(firstCluster, 32 * 512 + firstCluster * 4)
  const again = await openFat(whole(damaged))
  expect((await again.readFile('KERNEL.IMG')).length).toBe(100_000)
})

test('damage ends in a fault or a wrong answer, never in another error', async () => {
  const places = fc.oneof(
    fc.nat(511),
    fc.integer({ min: 32 * 512, max: 32 * 512 + 2000 }),
    fc.nat(written.length - 1),
  )
  const changes = fc.array(fc.tuple(places, fc.nat(255)), { minLength: 1, maxLength: 16 })
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(written.length), async (list, length) => {
      const damaged = Buffer.from(written)
      for (const [at, byte] of list) damaged[at] = byte
      for (const volume of [whole(damaged), readableBytes(damaged.subarray(0, length))]) {
        try {
          const fat = await openFat(volume)
          for (const path of Object.keys(files)) if (await fat.find(path)) await fat.readFile(path)
        } catch (error) {
          expect(error).toBeInstanceOf(FaultError)
        }
      }
    }),
    { numRuns: 150 },
  )
})
