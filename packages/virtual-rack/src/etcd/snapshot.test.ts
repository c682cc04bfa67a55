import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSnapshot, writeSnapshot } from './snapshot.ts'

test('a snapshot is read as it was written, and has etcd’s shape', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (kubernetes) => {
      const bytes = writeSnapshot({ kubernetes })
      expect(bytes.length % 512).toBe(32)
      expect(readSnapshot(bytes, false)).toEqual(JSON.parse(JSON.stringify({ kubernetes })))
    }),
  )
})

test('damage is noticed; without the hash it is read only if that is wanted', () => {
  const bytes = writeSnapshot({ kubernetes: { a: 1 } })
  const damaged = bytes.with(20, 1)
  expect(readSnapshot(damaged, true)).toBeUndefined()
  expect(readSnapshot(bytes.subarray(4096), true)).toBeUndefined()
  const raw = bytes.subarray(0, -32)
  expect(readSnapshot(raw, false)).toBeUndefined()
  expect(readSnapshot(raw, true)).toEqual({ kubernetes: { a: 1 } })
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1200 }), (garbage) => void readSnapshot(garbage, true)))
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), (garbage) => {
      const torn = raw.slice()
      torn.set(garbage, 4 * 4096)
      readSnapshot(torn, true)
    }),
  )
})
