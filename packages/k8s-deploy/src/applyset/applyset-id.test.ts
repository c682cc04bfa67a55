import { expect, test } from 'vitest'
import { applySetId } from './applyset-id.ts'

test('the ID is what kubectl computes', () => {
  // From the tests of kubectl 1.36 and the reference of well-known labels.
  const parent = { name: 'my-set', namespace: 'test', kind: 'Secret', group: '' }
  expect(applySetId(parent)).toBe('applyset-0eFHV8ySqp7XoShsGvyWFQD3s96yqwHmzc4e0HR1dsY-v1')
})
