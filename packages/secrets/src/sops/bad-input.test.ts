import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FaultError, faultsOf } from '@homerack/errors'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import {
  decryptSops,
  encryptSops,
  type Identity,
  newIdentity,
  parseIdentities,
  readSopsFile,
  Secret,
  type SopsTree,
  type SopsValue,
} from '../index.ts'

const testdata = join(import.meta.dirname, '../../testdata')
const read = (name: string) => readFileSync(join(testdata, name), 'utf8')
const good = read('encrypted.yaml')
const file = 'secrets.sops.yaml'
let identities: Identity[] = []

beforeAll(async () => {
  identities = await parseIdentities(read('keys.txt'), 'keys.txt')
})

async function faultOf(promise: Promise<unknown>) {
  const error: unknown = await promise.then(
    () => 'it was accepted',
    (thrown) => thrown,
  )
  return faultsOf(error)?.[0] ?? { code: `not a fault: ${error}` }
}

const lines = (text: string) => text.split('\n')
const swapValues = (text: string) => {
  const [c, last] = ['c', 'last'].map((key) => new RegExp(`^${key}: (\\S+)`, 'm').exec(text)?.[1] ?? '')
  return text.replace(`c: ${c}`, `c: ${last}`).replace(`last: ${last}`, `last: ${c}`)
}

test.each<[string, (text: string) => string, string, RegExp?]>([
  ['a flipped ciphertext', (t) => t.replace(/^c: ENC\[AES256_GCM,data:./m, '$&A'), 'E_SOPS_VALUE', /^c$/],
  ['a cut ciphertext', (t) => t.replace(/^(c: ENC.{40}).*$/m, '$1'), 'E_SOPS_VALUE', /^c$/],
  ['another type', (t) => t.replace(/(c: .*)type:str/, '$1type:magic'), 'E_SOPS_VALUE', /^c$/],
  ['a shortened tag', (t) => t.replace(/^(c: .*?tag:)[^,]*/m, '$1AAAA'), 'E_SOPS_VALUE', /^c$/],
  ['two values swapped', swapValues, 'E_SOPS_VALUE', /^c$/],
  ['a value in the clear', (t) => t.replace(/^c: .*$/m, 'c: two'), 'E_SOPS_VALUE', /^c$/],
  ['a number in the clear', (t) => t.replace(/^c: .*$/m, 'c: 5'), 'E_SOPS_VALUE', /^c$/],
  ['a value added', (t) => t.replace('sops:', 'more_unencrypted: x\nsops:'), 'E_SOPS_MAC'],
  ['a value removed', (t) => t.replace(/^c: .*\n/m, ''), 'E_SOPS_MAC'],
  ['an empty value filled', (t) => t.replace('empty: ""', 'other: ""\nempty_unencrypted: x'), 'E_SOPS_MAC'],
  ['another time', (t) => t.replace(/lastmodified: "2/, 'lastmodified: "3'), 'E_SOPS_MAC'],
  ['another MAC', (t) => t.replace(/( mac: .*data:)./, '$1/'), 'E_SOPS_MAC'],
  [
    'mac_only_encrypted',
    (t) => t.replace('    version', '    mac_only_encrypted: true\n    version'),
    'E_SOPS_MAC',
  ],
  ['no MAC', (t) => t.replace(/^ {4}mac: .*\n/m, ''), 'E_SOPS_TRUNCATED'],
  ['no sops section', (t) => t.split('\nsops:')[0] ?? '', 'E_SOPS_TRUNCATED'],
  ['an empty sops section', (t) => t.replace(/\nsops:[\s\S]*/, '\nsops:\n'), 'E_SOPS_TRUNCATED'],
  ['a damaged age key', (t) => t.replace('YWdlLWVuY3J5cHRpb24', 'YWdlLWVuY3J5cHRpb25'), 'E_SOPS_TRUNCATED'],
  ['a cut age key', (t) => t.replace(/\n.*-----END AGE.*/, ''), 'E_SOPS_TRUNCATED'],
  ['a plain file', () => 'password: hunter2\n', 'E_SOPS_NOT_ENCRYPTED'],
  ['an empty file', () => '', 'E_SOPS_FORMAT'],
  ['a list', () => '- a\n', 'E_SOPS_FORMAT'],
  ['two documents', (t) => `${t}---\na: 1\n`, 'E_SOPS_FORMAT'],
  ['an alias', (t) => t.replace('sops:', 'x_unencrypted: &a 1\ny_unencrypted: *a\nsops:'), 'E_SOPS_FORMAT'],
  ['a tag', (t) => t.replace('sops:', 'x_unencrypted: !!int "1"\nsops:'), 'E_SOPS_FORMAT'],
  ['a number as key', (t) => t.replace('sops:', '80: x\nsops:'), 'E_SOPS_FORMAT'],
  ['a key twice', (t) => t.replace('sops:', 'c: ""\nsops:'), 'E_SOPS_SYNTAX', /secrets/],
  ['broken YAML', (t) => t.replace('sops:', '  hunter2: [\nsops:'), 'E_SOPS_SYNTAX'],
  ['two rules', (t) => t.replace('    version', '    encrypted_regex: a\n    version'), 'E_SOPS_RULE'],
])('%s is found', async (_, damage, code, subject = /./) => {
  const damaged = damage(good)
  expect(damaged).not.toBe(good)
  const fault = await faultOf(decryptSops(damaged, { format: 'yaml', identities, file }))
  expect(fault).toMatchObject({ code, subject: expect.stringMatching(subject) })
  expect(JSON.stringify(fault)).not.toMatch(/hunter2|c: two/)
})

test('every damaged value is reported, with its line', async () => {
  const damaged = good.replace(/^(f|c): ENC/gm, '$1: Enc')
  const error: unknown = await decryptSops(damaged, { format: 'yaml', identities, file }).catch((e) => e)
  expect(faultsOf(error)?.map(({ subject, place }) => [subject, place?.line, place?.text])).toEqual(
    ['c', 'f'].map((key) => [
      key,
      lines(damaged).findIndex((line) => line.startsWith(`${key}:`)) + 1,
      `${key}: ‹redacted›`,
    ]),
  )
})

test('keys that do not fit are told apart', async () => {
  const decrypt = (keys: Identity[], text = good) =>
    faultOf(decryptSops(text, { format: 'yaml', identities: keys, file }))
  expect(await decrypt([])).toMatchObject({ code: 'E_SOPS_NO_IDENTITY', hint: /SOPS_AGE_KEY_FILE/ })
  const stranger = await newIdentity()
  expect(await decrypt([stranger])).toMatchObject({
    code: 'E_SOPS_WRONG_RECIPIENT',
    cause: expect.stringContaining(stranger.recipient),
  })
  expect(await decrypt(identities, read('key-groups.yaml'))).toMatchObject({ code: 'E_SOPS_KEY_GROUPS' })
})

test.each([
  ['no recipient', 'a: 1', [], 'E_SOPS_NO_RECIPIENT'],
  ['an SSH recipient', 'a: 1', ['ssh-ed25519 AAAA'], 'E_AGE_RECIPIENT'],
  ['an encrypted file', good, undefined, 'E_SOPS_ENCRYPTED'],
  ['broken YAML', 'password: "hunter2', undefined, 'E_SOPS_SYNTAX'],
  ['an unsigned number', 'a: 9223372036854775808', undefined, 'E_SOPS_FORMAT'],
])('encrypting refuses %s', async (_, text, recipients, code) => {
  const recipient = identities.map((key) => key.recipient)
  const fault = await faultOf(encryptSops(text, { format: 'yaml', recipients: recipients ?? recipient }))
  expect(fault).toMatchObject({ code })
  expect(JSON.stringify(fault)).not.toContain('hunter2')
})

test('broken JSON points at its place and shows nothing', async () => {
  const fault = await faultOf(
    decryptSops('{\n  "password": "hunter2",\n  oops\n}', { format: 'json', identities, file: 'a.json' }),
  )
  expect(fault).toMatchObject({ code: 'E_SOPS_SYNTAX', place: { line: 3, text: '‹redacted›' } })
})

test('a file that is not there', async () => {
  expect(await faultOf(readSopsFile('/none/secrets.yaml', []))).toMatchObject({ code: 'E_SOPS_FILE' })
})

/** All that the MAC covers: the texts in their order, neither the empty ones nor the names of those. */
function textsIn(value: SopsValue): string[] {
  if (value instanceof Secret) return [value.reveal()].filter(Boolean)
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn)
  return value === null || value === '' ? [] : [String(value)]
}

test.each(['encrypted.yaml', 'encrypted.json'])(
  'no cut, changed byte or garbage in %s is a crash or accepted as something else',
  async (name) => {
    const text = read(name)
    const options = { format: name.endsWith('json') ? 'json' : 'yaml', identities, file } as const
    const { tree } = await decryptSops(text, options)
    const position = fc.nat({ max: text.length - 1 })
    const damaged = fc.oneof(
      position.map((at) => text.slice(0, at)),
      fc.tuple(position, fc.string({ unit: 'binary', minLength: 1, maxLength: 3 })).map(([at, junk]) => {
        return text.slice(0, at) + junk + text.slice(at + junk.length)
      }),
      fc.string({ unit: 'binary', maxLength: 60 }),
    )
    await fc.assert(
      fc.asyncProperty(damaged, async (input) => {
        const outcome = await decryptSops(input, options).catch((error: unknown) => error)
        if (outcome instanceof FaultError) return
        expect(outcome).not.toBeInstanceOf(Error)
        expect(textsIn((outcome as { tree: SopsTree }).tree)).toEqual(textsIn(tree))
      }),
      { numRuns: 150 },
    )
  },
)
