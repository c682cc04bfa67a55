import { inspect } from 'node:util'
import { FaultError, faultsOf } from '@homerack/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTalosconfig } from './talosconfig.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const pem = (label: string) => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`
const context = (name: string, key = base64(pem('ED25519 PRIVATE KEY'))) =>
  `    ${name}:\n        endpoints: [192.168.10.51, 192.168.10.52]\n        nodes:\n            - 192.168.10.51\n        ca: ${base64(pem('CERTIFICATE'))}\n        crt: ${base64(pem('CERTIFICATE'))}\n        key: ${key}\n`

test('contexts with PEM texts, the key never printed', () => {
  const config = parseTalosconfig(`context: closet\ncontexts:\n${context('closet')}${context('12')}`)
  expect(config.context).toBe('closet')
  expect(config.contexts.map(({ name }) => name)).toEqual(expect.arrayContaining(['closet', '12']))
  const closet = config.contexts.find(({ name }) => name === 'closet')
  expect(closet).toMatchObject({
    endpoints: ['192.168.10.51', '192.168.10.52'],
    nodes: ['192.168.10.51'],
    ca: pem('CERTIFICATE'),
  })
  expect(closet?.key.reveal()).toBe(pem('ED25519 PRIVATE KEY'))
  expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('PRIVATE')
})

test.for([
  ['not YAML', 'context: [', ['not YAML']],
  ['a text', 'hello', ['not a map']],
  ['nothing', '', ['not a map']],
  ['no contexts', 'context: a\ncontexts: {}', ['there is no context']],
  ['contexts of another shape', 'context: a\ncontexts: text', ['there is no context']],
  ['another context', `context: attic\ncontexts:\n${context('closet')}`, ['context "attic" is not there']],
  [
    'a broken key and a missing context',
    `context: attic\ncontexts:\n${context('closet', 'c2VjcmV0')}`,
    ['key is not PEM', 'context "attic" is not there'],
  ],
] as const)('%s', ([, text, causes]) => {
  let thrown: unknown
  try {
    parseTalosconfig(text)
  } catch (error) {
    thrown = error
  }
  const found = faultsOf(thrown)?.map(({ cause }) => cause) ?? []
  expect(found).toHaveLength(causes.length)
  for (const [index, cause] of causes.entries()) expect(found[index]).toContain(cause)
  expect(String(thrown)).not.toContain('c2VjcmV0')
})

test.each([
  ['an alias that leads nowhere', 'context: *gone\ncontexts: {}\n'],
  [
    'aliases that multiply',
    `a: &a [${'x,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\ncontexts: {c: [${'*b,'.repeat(20)}]}\n`,
  ],
])('%s is a fault', (_, text) => {
  expect(() => parseTalosconfig(text)).toThrow('an alias leads nowhere, or there are too many')
})

test('garbage is a fault, never a crash', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(400), (garbage, length) => {
      const text = `context: closet\ncontexts:\n${context('closet')}`.slice(0, length) + garbage
      try {
        parseTalosconfig(text)
      } catch (error) {
        expect(error).toBeInstanceOf(FaultError)
      }
    }),
  )
})
