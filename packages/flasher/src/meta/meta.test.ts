import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ADV_BYTES, metaTags, readMeta, writeMeta } from './meta.ts'

const meta = new Map([
  [metaTags.upgrade, Buffer.from('A')],
  [metaTags.metalNetwork, Buffer.from('{}')],
])

test('both copies begin and end with their magic', () => {
  const bytes = writeMeta(meta)
  expect(bytes.length).toBe(ADV_BYTES)
  expect(bytes.toString('hex', 0, 4)).toBe('5a4b3c2d')
  expect(bytes.toString('hex', 4, 13)).toBe('000000060000000141')
  expect(bytes.toString('hex', 256 * 1024 - 4, 256 * 1024 + 4)).toBe('a5b4c3d25a4b3c2d')
})

test('one damaged copy does no harm, two do', () => {
  const bytes = writeMeta(meta)
  bytes[8] = 1
  expect(readMeta(bytes)).toEqual(meta)
  bytes[256 * 1024 + 8] = 1
  expect(readMeta(bytes)).toBeUndefined()
})

test('what was written is read; what does not fit is refused', () => {
  const values = fc.uniqueArray(
    fc.tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 100 })),
    {
      selector: ([tag]) => tag,
      maxLength: 20,
    },
  )
  fc.assert(
    fc.property(values, (list) => {
      const wanted = new Map(list.map(([tag, bytes]) => [tag, Buffer.from(bytes)]))
      expect(readMeta(writeMeta(wanted))).toEqual(wanted)
    }),
    { numRuns: 30 },
  )
  expect(() => writeMeta(new Map([[1, Buffer.alloc(256 * 1024)]]))).toThrow(RangeError)
})

test('garbage is no META', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => readMeta(bytes) === undefined))
})
