import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import {
  decryptSops,
  encryptSops,
  type Identity,
  parseIdentities,
  Secret,
  type SopsChange,
  type SopsFormat,
  type SopsTree,
  updateSops,
} from '../index.ts'

const testdata = join(import.meta.dirname, '../../testdata')
const read = (name: string) => readFileSync(join(testdata, name), 'utf8')
const yaml = read('encrypted.yaml')
const json = read('encrypted.json')
let identities: Identity[] = []

beforeAll(async () => {
  identities = await parseIdentities(read('keys.txt'), 'keys.txt')
})

const opening = (format: SopsFormat) => ({ format, identities, file: 'f' })
const update = (text: string, changes: SopsChange[], format: SopsFormat = 'yaml') =>
  updateSops(text, changes, { ...opening(format), now: () => new Date('2027-01-01T00:00:00Z') })
const treeOf = async (text: string, format: SopsFormat = 'yaml') =>
  (await decryptSops(text, opening(format))).tree
const text = (value: unknown) => (value as Secret).reveal()

/** Lines of `after` that are not in `before`, and the other way round. */
function difference(before: string, after: string): { gone: string[]; come: string[] } {
  const [old, fresh] = [before, after].map((whole) => whole.split('\n')) as [string[], string[]]
  return {
    gone: old.filter((line) => !fresh.includes(line)),
    come: fresh.filter((line) => !old.includes(line)),
  }
}
const keysOf = (lines: string[]) => lines.map((line) => /[\w-]+(?="?:)/.exec(line)?.[0])

test.each<[string, SopsChange[]]>([
  ['nothing', []],
  ['the same text', [{ path: ['c'], value: 'two' }]],
  ['the same number', [{ path: ['f3'], value: 1000 }]],
  ['a Secret with the text of a number', [{ path: ['a', 'b'], value: new Secret('1') }]],
  ['what is not there removed', [{ path: ['none', 'at', 'all'], value: undefined }]],
  ['null for null', [{ path: ['nul'], value: null }]],
])('%s leaves every byte', async (_, changes) => {
  expect(await update(yaml, changes)).toBe(yaml)
})

test('the whole tree, as it was read, leaves every byte', async () => {
  expect(await update(yaml, [{ path: [], value: await treeOf(yaml) }])).toBe(yaml)
  expect(await update(json, [{ path: [], value: await treeOf(json, 'json') }], 'json')).toBe(json)
})

test.each<[string, SopsChange['path'], string | number]>([
  ['text', ['c'], 'three'],
  ['a number', ['a', 'b'], 2],
  ['a list item below a comment', ['list', 1], 'z'],
  ['a value in a list of mappings', ['maps', 0, 'value'], 'v2'],
])('changing %s touches its line and the MAC only', async (_, path, value) => {
  const after = await update(yaml, [{ path, value }])
  const { gone, come } = difference(yaml, after)
  expect(gone).toHaveLength(3)
  expect(keysOf(come).slice(-2)).toEqual(['lastmodified', 'mac'])
  expect(keysOf(come)).toEqual(keysOf(gone))
  const reached = path.reduce<unknown>((node, key) => (node as SopsTree)[key], await treeOf(after))
  expect(text(reached)).toBe(String(value))
})

test('JSON changes in place too', async () => {
  const after = await update(json, [{ path: ['b', '10'], value: 'y<' }], 'json')
  expect(keysOf(difference(json, after).come)).toEqual(['10', 'lastmodified', 'mac'])
  expect(text(((await treeOf(after, 'json')).b as SopsTree)['10'])).toBe('y<')
})

test('a plain value stays plain, is quoted where it must be, and is in the MAC', async () => {
  const before = await encryptSops('port_unencrypted: 1\na: x\n', {
    format: 'yaml',
    recipients: identities.map(({ recipient }) => recipient),
  })
  const after = await update(before, [{ path: ['port_unencrypted'], value: '0777' }])
  expect(after).toMatch(/^port_unencrypted: "0777"$/m)
  expect((await treeOf(after)).port_unencrypted).toBe('0777')
  await expect(treeOf(after.replace('"0777"', '"0778"'))).rejects.toThrow('E_SOPS_MAC')
})

const reshaping: SopsChange[] = [
  { path: ['a', 'new', 'deep'], value: { list: ['one', { two: 2 }] } },
  { path: ['list', 0], value: undefined },
  { path: ['list', 5], value: 'appended' },
  { path: ['c'], value: undefined },
  { path: ['nul'], value: 'filled' },
  { path: ['emptymap'], value: { k: 'v' } },
  { path: ['top'], value: [] },
]

test('keys that come and go leave the ciphertext of all others, and all comments', async () => {
  const after = await update(yaml, reshaping)
  const words = (whole: string): string[] => whole.match(/ENC\[[^\]]*type:(?!comment)\w+\]/g) ?? []
  const kept = words(yaml).filter((word) => words(after).includes(word))
  // Gone: list item x, c, and the MAC.
  expect(kept).toHaveLength(words(yaml).length - 3)
  const tree = await treeOf(after)
  expect(JSON.parse(JSON.stringify(tree))).toMatchObject({
    a: { b: '‹redacted›', new: { deep: { list: ['‹redacted›', { two: '‹redacted›' }] } } },
    list: ['‹redacted›', '‹redacted›'],
    emptymap: { k: '‹redacted›' },
    top: [],
  })
  expect((tree.list as Secret[]).map(text)).toEqual(['y', 'appended'])
  expect(tree).not.toHaveProperty('c')
  const { plaintext } = await decryptSops(after, opening('yaml'))
  const comments = (whole: string) => (whole.match(/#.*/g) ?? []).filter((c) => c !== '# inline c').sort()
  expect(comments(plaintext.reveal())).toEqual(comments(read('plain.yaml')))
  expect(after.slice(after.indexOf('sops:')).split('\n').length).toBe(
    yaml.slice(yaml.indexOf('sops:')).split('\n').length,
  )
})

test('JSON that is laid out anew differs by the new lines only', async () => {
  const after = await update(json, [{ path: ['a', 'k'], value: new Secret('v') }], 'json')
  expect(keysOf(difference(json, after).come)).toEqual(['a', 'k', 'lastmodified', 'mac'])
  expect(text(((await treeOf(after, 'json')).a as SopsTree).k)).toBe('v')
})

test.each<[string, SopsChange]>([
  ['the sops section', { path: ['sops', 'mac'], value: 'x' }],
  ['the sops section by the whole', { path: [], value: { sops: 1 } }],
  ['a key in a list', { path: ['list', 'x'], value: 1 }],
  ['a scalar for the whole', { path: [], value: 1 }],
])('%s cannot be set', async (_, change) => {
  await expect(update(yaml, [change])).rejects.toThrow(TypeError)
})
