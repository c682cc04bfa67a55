import { expect, test } from 'vitest'
import { byteRange } from './byte-range.ts'

const whole = { kind: 'whole' }
const part = (start: number, end: number) => ({ kind: 'part', start, end })
const unsatisfiable = { kind: 'unsatisfiable' }

test.each([
  [undefined, 10, whole],
  ['bytes=0-3', 10, part(0, 3)],
  ['bytes=4-', 10, part(4, 9)],
  ['bytes=4-99', 10, part(4, 9)],
  ['bytes=-3', 10, part(7, 9)],
  ['bytes=-99', 10, part(0, 9)],
  ['bytes=10-', 10, unsatisfiable],
  ['bytes=-0', 10, unsatisfiable],
  ['bytes=0-', 0, unsatisfiable],
  ['bytes=5-4', 10, whole],
  ['bytes=-', 10, whole],
  ['bytes=0-1,3-4', 10, whole],
  ['lines=0-1', 10, whole],
  ['bytes=9999999999999999-', 10, whole],
])('%s of %i bytes', (header, size, range) => {
  expect(byteRange(header, size)).toEqual(range)
})
