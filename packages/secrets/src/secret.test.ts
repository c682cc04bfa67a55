import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from './index.ts'

const secret = new Secret('hunter2')

test.each<[string, () => string]>([
  ['String()', () => String(secret)],
  ['a template', () => `${secret}`],
  ['a property key', () => Object.keys({ [secret as unknown as string]: 1 }).join()],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['util.inspect', () => inspect({ secret }, { depth: 9, showHidden: true, getters: true })],
  ['an error', () => new Error(`bad ${secret}`).message],
  ['its own properties', () => JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(secret)))],
  ['a spread', () => inspect({ ...secret })],
])('does not print itself through %s', (_, print) => {
  expect(print()).not.toMatch(/hunter2|length|7/)
})

test('reveals and compares its text', () => {
  expect(secret.reveal()).toBe('hunter2')
  expect(secret.equals(new Secret('hunter2'))).toBe(true)
  expect(secret.equals({ reveal: () => 'hunter' })).toBe(false)
  expect(`${secret}`).toBe('‹redacted›')
})
