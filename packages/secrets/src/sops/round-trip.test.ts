import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { decryptSops as strangerDecrypts } from 'sops-age'
import { beforeAll, expect, test } from 'vitest'
import {
  decryptSops,
  encryptSops,
  type Identity,
  newIdentity,
  parseIdentities,
  readSopsFile,
  Secret,
  type SopsFormat,
  type SopsInput,
  type SopsValue,
} from '../index.ts'

const testdata = join(import.meta.dirname, '../../testdata')
const read = (name: string) => readFileSync(join(testdata, name), 'utf8')
const formats: SopsFormat[] = ['yaml', 'json']
let identity: Identity
let golden: Identity[] = []

beforeAll(async () => {
  identity = await newIdentity()
  golden = await parseIdentities(read('keys.txt'), 'keys.txt')
})

/** The tree with its secrets revealed. */
function revealed(value: SopsValue): unknown {
  if (value instanceof Secret) return value.reveal()
  if (Array.isArray(value)) return value.map(revealed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]))
}

test('a YAML file of sops 3.13.3 with comments, lists, numbers, times and all', async () => {
  const { tree, plaintext, recipients } = await readSopsFile(join(testdata, 'encrypted.yaml'), golden)
  expect(revealed(tree)).toMatchObject({
    a: { b: '1' },
    list: ['x', 'y'],
    last: 'true',
    f: '1.5',
    oct: '511',
    yes: 'yes',
    ts: '2024-01-01T10:00:00.5+02:00',
    empty: '',
    nul: null,
    text: 'line 1\nline 2\n',
    uni: 'ü ☺ 😀',
    emptymap: {},
    emptylist: [],
    flow: { p: 'q', r: ['1', '2'] },
  })
  expect(recipients).toEqual([golden[0]?.recipient])
  const comments = (text: string) => [...text.matchAll(/#.*/g)].map(String).sort()
  expect(comments(plaintext.reveal())).toEqual(comments(read('plain.yaml')))
})

test('a JSON file of sops 3.13.3 with keys that JavaScript would sort', async () => {
  const { tree, plaintext } = await readSopsFile(join(testdata, 'encrypted.json'), golden)
  expect(revealed(tree)).toEqual({
    b: { 10: 'x', 2: '5', 'h<&>': '1', e: '', n: null, big: '12345678901234567000' },
    l: ['true', 'é😀'],
    a: {},
    note_unencrypted: 1000,
  })
  expect(plaintext.reveal()).toMatch(/"10": "x",\n\t\t"2": 5,/)
})

test('a file of sops 3.13.3 with encrypted_regex and a MAC over encrypted values only', async () => {
  const file = await readSopsFile(join(testdata, 'encrypted-regex.yaml'), golden)
  expect(file).toMatchObject({
    rule: { kind: 'encrypted_regex', pattern: '^(data|stringData)$' },
    macOnlyEncrypted: true,
  })
  expect(file.tree).toMatchObject({ kind: 'Secret', port: 511, day: '2024-01-01T00:00:00Z' })
  expect(file.tree.stringData).toEqual({
    password: expect.any(Secret),
    nested: { pin: expect.any(Secret) },
  })
})

const options = (format: SopsFormat) => ({ format, recipients: [identity.recipient] })
const opening = (format: SopsFormat) => ({ format, identities: [identity], file: 'f' })

const leaf = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('0777', 'yes', '~', '2024-01-01', '1_000', ' x', '# y', 'a: b', '\n', 'x\n\n  y\n', '<<'),
  fc.integer(),
  // A whole number beyond 2^53 comes back as a bigint, so that none of its digits is lost.
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21),
  fc.boolean(),
  fc.constant(null),
)
const name = fc.oneof(fc.stringMatching(/^[a-z0-9_.-]{1,12}$/), fc.constantFrom('10', 'null', '', 'é:', '<<'))
const { tree: anyTree } = fc.letrec<{ tree: { [key: string]: SopsInput }; node: SopsInput }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('node'), { maxLength: 4 }), tie('tree')),
  tree: fc.dictionary(name, tie('node'), { maxKeys: 5 }),
}))

test.each(formats)('any tree survives %s, also as the decrypted text of itself', async (format) => {
  await fc.assert(
    fc.asyncProperty(anyTree, async (tree) => {
      const rule = { kind: 'encrypted_regex', pattern: '^[a-m]' } as const
      const once = await decryptSops(await encryptSops(tree, { ...options(format), rule }), opening(format))
      const text = once.plaintext.reveal()
      const again = await decryptSops(await encryptSops(text, { ...options(format), rule }), opening(format))
      expect(revealed(again.tree)).toEqual(revealed(once.tree))
      expect(again.plaintext.reveal()).toBe(text)
      expect(revealed(once.tree)).toEqual(asRead(tree, false))
    }),
    { numRuns: 60 },
  )
})

/** The tree as it is read back: encrypted leaves as the text that SOPS gives them. */
function asRead(value: SopsInput, encrypted: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => asRead(item, encrypted))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, asRead(inner, encrypted || /^[a-m]/.test(key))]),
    )
  if (value === null || !encrypted) return Object.is(value, -0) ? 0 : value
  if (typeof value !== 'number') return String(value)
  return expect.toSatisfy((text: string) => Number(text) === value && !/e/.test(text))
}

test.each(formats)('sops-age reads the %s that we write', async (format) => {
  const tree = { text: 'ü\nx', count: 3, on: true, nested: { list: ['a', 1.5], empty: '' } }
  const encrypted = await encryptSops(tree, options(format))
  const read = await strangerDecrypts(encrypted, { secretKey: identity.secret.reveal(), fileType: format })
  expect(read).toEqual(tree)
})

test('each of several recipients can read, and the injected clock and randomness are used', async () => {
  const other = await newIdentity()
  const encrypted = await encryptSops(
    { password: new Secret('hunter2'), b: 'B' },
    {
      format: 'yaml',
      recipients: [identity.recipient, other.recipient],
      now: () => new Date('2026-11-22T10:00:00.9Z'),
      random: (length) => new Uint8Array(length).fill(7),
    },
  )
  for (const key of [identity, other]) {
    const { tree } = await decryptSops(encrypted, { format: 'yaml', identities: [key], file: 'f' })
    expect(revealed(tree)).toEqual({ password: 'hunter2', b: 'B' })
  }
  expect(encrypted.split('sops:')[0]).toMatchInlineSnapshot(`
    "password: ENC[AES256_GCM,data:FBcA6fm4PQ==,iv:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=,tag:uZ5sGxczIocTfbE+enBcLw==,type:str]
    b: ENC[AES256_GCM,data:Pg==,iv:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=,tag:uD/7KV8RGWoCpXNeDahtrw==,type:str]
    "
  `)
  expect(encrypted).toContain('    lastmodified: "2026-11-22T10:00:00Z"\n')
})
