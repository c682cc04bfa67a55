import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPeer } from '@homerack/testbed'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  decryptSops,
  encryptSops,
  findCreationRule,
  type Identity,
  newIdentity,
  Secret,
  type SopsFormat,
  type SopsInput,
  type SopsValue,
  updateSops,
} from '../../../src/index.ts'
import { yamlScalars } from '../../yaml-scalars.ts'

const run = promisify(execFile)
const peer = findPeer('sops')
const formats: SopsFormat[] = ['yaml', 'json']
let folder = ''
let identity: Identity

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homerack-sops-'))
  identity = await newIdentity()
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach((context) => {
  if ('missing' in peer) context.skip(peer.missing)
})

/** Runs sops. Its standard error is empty unless it has something to complain about. */
function runSops(...args: string[]) {
  return run('missing' in peer ? '' : peer.path, args, {
    cwd: folder,
    env: { HOME: folder, PATH: process.env.PATH, SOPS_AGE_KEY: identity.secret.reveal() },
  })
}
const fileOf = (format: SopsFormat) => join(folder, `document.${format}`)
async function sops(text: string, format: SopsFormat, ...args: string[]) {
  await writeFile(fileOf(format), text)
  return runSops(...args, fileOf(format))
}
const sopsEncrypts = async (text: string, format: SopsFormat, ...args: string[]) =>
  (await sops(text, format, '--encrypt', '--age', identity.recipient, ...args)).stdout
const options = (format: SopsFormat) => ({ format, recipients: [identity.recipient] })
const opening = (format: SopsFormat) => ({ format, identities: [identity], file: 'f' })
const plainYaml = () => readFile(join(import.meta.dirname, '../../../testdata/plain.yaml'), 'utf8')

const kinds: SopsInput = {
  text: 'ü ☺ 😀',
  lines: 'one\ntwo\n\n  three\n',
  number: -5,
  float: 1.5e-9,
  on: true,
  off: false,
  nothing: null,
  empty: '',
  ambiguous: ['0777', 'yes', '~', '2024-01-01', '1_000'],
  nested: [{ a: [{ b: new Secret('c') }], z: {} }, []],
  '10': 'first in the file',
}

test.each(formats)('sops decrypts the %s that we encrypt and finds our MAC right', async (format) => {
  const { stdout, stderr } = await sops(
    await encryptSops(kinds, options(format)),
    format,
    'decrypt',
    '--output-type',
    'json',
  )
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({ ...kinds, nested: [{ a: [{ b: 'c' }], z: {} }, []] })
})

test('sops reads every unquoted YAML scalar, encrypted or not, as we do', async () => {
  const encrypted = yamlScalars.map(([source], index) => `k${index}: ${source}\n`).join('')
  const plain = yamlScalars.map(([source], index) => `k${index}_unencrypted: ${source}\n`).join('')
  const ours = await encryptSops(encrypted + plain, options('yaml'))
  expect((await sops(ours, 'yaml', 'decrypt')).stderr).toBe('')
  // Not the plain ones in this direction: sops writes -0.0 as -0, and then refuses its own MAC.
  const { tree } = await decryptSops(await sopsEncrypts(encrypted, 'yaml'), opening('yaml'))
  const read = yamlScalars.map((_, index) => tree[`k${index}`] as Secret | null)
  expect(read.map((value) => value?.reveal() ?? '')).toEqual(
    yamlScalars.map(([, type, text]) => (type === 'bool' ? text.toLowerCase() : text)),
  )
})

test('comments, order and layout go there and back', async () => {
  const comments = (text: string) => [...text.matchAll(/#.*/g)].map(String).sort()
  const text = await plainYaml()
  const { plaintext } = await decryptSops(await sopsEncrypts(text, 'yaml'), opening('yaml'))
  expect(comments(plaintext.reveal())).toEqual(comments(text))
  // Where comments of an inner and an outer mapping meet, sops and the YAML library disagree on whose they are.
  const simple = text.replace(/.*# trailing deep\n/, '').replace(/.*# trailing nested\n/, '')
  const { stdout, stderr } = await sops(await encryptSops(simple, options('yaml')), 'yaml', 'decrypt')
  expect(stderr).toBe('')
  expect(comments(stdout)).toEqual(comments(simple))
})

test.each([
  ['encrypted_regex', '--encrypted-regex', '^(data|stringData)$'],
  ['unencrypted_regex', '--unencrypted-regex', '(?i)^KIND'],
  ['encrypted_suffix', '--encrypted-suffix', 'Data'],
  ['unencrypted_suffix', '--unencrypted-suffix', 'ind'],
] as const)('%s means the same to both', async (kind, flag, pattern) => {
  const text = 'kind: Secret\nday: 2024-01-01\nport: 0777\ndata:\n    a: [1, x]\nstringData: {b: c}\n'
  const only = ['--mac-only-encrypted', flag, pattern]
  for (const theirs of [
    await sopsEncrypts(text, 'yaml', flag, pattern),
    await sopsEncrypts(text, 'yaml', ...only),
  ])
    expect(await decryptSops(theirs, opening('yaml'))).toMatchObject({ rule: { kind, pattern } })
  for (const macOnlyEncrypted of [false, true]) {
    const ours = await encryptSops(text, { ...options('yaml'), rule: { kind, pattern }, macOnlyEncrypted })
    expect((await sops(ours, 'yaml', 'decrypt')).stderr).toBe('')
    const encrypted = (whole: string) => whole.split('sops:')[0]?.match(/type:\w+/g)
    expect(encrypted(ours)).toEqual(encrypted(await sopsEncrypts(text, 'yaml', flag, pattern)))
  }
})

const leaf = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  // sops writes -0 in plain, which is the whole number 0 when it is read again.
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  fc.boolean(),
  fc.constant(null),
)
const { tree: anyTree } = fc.letrec<{ tree: { [key: string]: SopsInput }; node: SopsInput }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('node'), { maxLength: 4 }), tie('tree')),
  tree: fc.dictionary(fc.stringMatching(/^[a-z0-9_.-]{1,12}$/), tie('node'), { maxKeys: 6 }),
}))

/** The tree with its secrets revealed. */
function textsOf(value: SopsValue): unknown {
  if (value instanceof Secret) return value.reveal()
  if (Array.isArray(value)) return value.map(textsOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, textsOf(inner)]))
}

test.each(formats)('any %s tree means the same to both', async (format) => {
  await fc.assert(
    fc.asyncProperty(fc.record({ first: anyTree, second: anyTree }), async (tree) => {
      const ours = await encryptSops(tree, options(format))
      const { stdout, stderr } = await sops(ours, format, 'decrypt')
      expect(stderr).toBe('')
      const theirs = await decryptSops(await sopsEncrypts(stdout, format), opening(format))
      const back = await decryptSops(ours, opening(format))
      expect(textsOf(theirs.tree)).toEqual(textsOf(back.tree))
    }),
    { numRuns: 15 },
  )
})

test.each(formats)(
  'sops accepts %s after our updates, and then changes no line of the rest',
  async (format) => {
    const before = await sopsEncrypts(
      JSON.stringify({ a: { b: 1, c: 'x' }, list: ['y', { z: true }] }),
      format,
    )
    const changed = await updateSops(
      before,
      [
        { path: ['a', 'c'], value: 'changed' },
        { path: ['a', 'new'], value: [1, { deep: 'two' }] },
        { path: ['list', 0], value: undefined },
      ],
      opening(format),
    )
    const { stdout, stderr } = await sops(changed, format, 'decrypt', '--output-type', 'json')
    expect(stderr).toBe('')
    const expected = { a: { b: 1, c: 'changed', new: [1, { deep: 'two' }] }, list: [{ z: true }] }
    expect(JSON.parse(stdout)).toEqual(expected)
    await runSops('set', fileOf(format), '["a"]["b"]', '2')
    const lines = (text: string) => text.split('\n')
    const after = lines(await readFile(fileOf(format), 'utf8'))
    // The time is the same if both changes fall into one second.
    const fresh = after.filter((line) => !/lastmodified/.test(line) && !lines(changed).includes(line))
    expect(fresh).toHaveLength(2)
  },
)

test('sops finds a change that we find', async () => {
  const ours = (await encryptSops({ a: 'x', b_unencrypted: 'y' }, options('yaml'))).replace(': y', ': z')
  await expect(sops(ours, 'yaml', 'decrypt')).rejects.toThrow(/MAC mismatch/)
  await expect(decryptSops(ours, opening('yaml'))).rejects.toThrow(/E_SOPS_MAC/)
})

test('creation rules choose the same recipients and keys as sops', async () => {
  const other = await newIdentity()
  const rules = [
    { path_regex: '^never$', age: other.recipient },
    { path_regex: 'document\\.', encrypted_regex: '^data$', age: `${identity.recipient},${other.recipient}` },
    { age: other.recipient },
  ]
  await writeFile(join(folder, '.sops.yaml'), JSON.stringify({ creation_rules: rules }))
  const { stdout } = await sops('data: x\nkind: y\n', 'yaml', 'encrypt')
  const theirs = await decryptSops(stdout, opening('yaml'))
  const found = await findCreationRule(join(folder, 'document.yaml'))
  expect(found).toMatchObject({ recipients: theirs.recipients, rule: theirs.rule })
  await rm(join(folder, '.sops.yaml'))
})
