import { gzipSync, zstdCompressSync } from 'node:zlib'
import { FaultError, faultsOf } from '@homerack/errors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unwrapKernel } from './unwrap-kernel.ts'

const image = Buffer.alloc(300_000, 'kernel ')
image.write('ARM\x64', 56, 'latin1')

/** A zboot program: header, some code, payload, and the unpacked size that follows a zstd payload. */
function zboot(name: string, payload: Buffer, size = payload.length): Buffer {
  const header = Buffer.alloc(128)
  header.write('MZ\0\0zimg', 0, 'latin1')
  header.writeUInt32LE(header.length, 8)
  header.writeUInt32LE(size, 12)
  header.write(name, 24, 'latin1')
  header.writeUInt32LE(0x81, 56)
  const unpackedSize = Buffer.alloc(4)
  unpackedSize.writeUInt32LE(image.length)
  return Buffer.concat([header, payload, unpackedSize])
}

const codeOf = async (file: Uint8Array) => {
  const error = await unwrapKernel(file).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error && !(error instanceof FaultError)) throw error
  return faultsOf(error)?.map(({ code }) => code)
}

test.each([
  ['zboot zstd', zboot('zstd', zstdCompressSync(image))],
  ['zboot gzip', zboot('gzip', gzipSync(image))],
  ['gzip', gzipSync(image)],
  ['raw', image],
])('%s', async (packing, file) => {
  const unwrapped = await unwrapKernel(file)
  expect(unwrapped.packing).toBe(packing)
  expect(unwrapped.image.equals(image)).toBe(true)
})

describe('refused', () => {
  const zstd = zstdCompressSync(image)
  const damaged = Buffer.from(zstd)
  damaged.fill(0x55, 10, 40)
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a PE program', Buffer.concat([Buffer.from('MZ\0\0'), Buffer.alloc(100)])],
    ['a kernel for x86', Buffer.alloc(1000, 0x90)],
    ['zboot with another compressor', zboot('lzma', zstd)],
    ['zboot that is cut off', zboot('zstd', zstd).subarray(0, 140)],
    ['zboot that claims too much', zboot('zstd', zstd, 0xffffffff)],
    ['zboot with a damaged payload', zboot('zstd', damaged)],
    ['zboot with a payload that is no kernel', zboot('gzip', gzipSync(Buffer.alloc(1000)))],
  ])('%s', async (_, file) => {
    expect(await codeOf(file)).toEqual(['E_KERNEL'])
  })

  test('garbage and changed bytes, by a fault and never by a crash', async () => {
    const base = zboot('zstd', zstd)
    const changes = fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 })
    const runs = Number(process.env.HOMERACK_FUZZ_RUNS ?? 300)
    await fc.assert(
      fc.asyncProperty(
        changes,
        fc.nat(base.length),
        fc.uint8Array({ maxLength: 200 }),
        async (some, cut, noise) => {
          const file = Buffer.from(base)
          for (const [at, value] of some) file[at] = value
          for (const bytes of [file, file.subarray(0, cut), noise])
            expect([undefined, ['E_KERNEL']]).toContainEqual(await codeOf(bytes))
        },
      ),
      { numRuns: runs },
    )
  })
})
