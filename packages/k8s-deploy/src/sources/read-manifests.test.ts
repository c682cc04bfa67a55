import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { faultsOf } from '@homerack/errors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readManifests } from './read-manifests.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifests-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function write(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`
const codes = (path: string) =>
  readManifests(path).then(
    () => [],
    (error) => faultsOf(error)?.map(({ code }) => code),
  )

test('reads every manifest below a folder in order of the names, and nothing else', async () => {
  await write({
    'b.yaml': configMap('b'),
    'a.yml': configMap('a'),
    'sub/c.json': JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }),
    'notes.md': 'not a manifest',
    '.hidden.yaml': configMap('hidden'),
    '.git/x.yaml': configMap('hidden'),
  })
  const manifests = await readManifests(folder)
  expect(manifests.map(({ object }) => object.metadata.name)).toEqual(['a', 'b', 'c'])
})

test('tells the faults of all files at once', async () => {
  await write({ 'a.yaml': 'a: [', 'b.yaml': 'kind: Pod', 'c.yaml': configMap('x'), 'd.yaml': configMap('x') })
  expect(await codes(folder)).toEqual(['E_YAML', 'E_MANIFEST', 'E_MANIFEST', 'E_MANIFEST_DUPLICATE'])
})

test('a duplicate names both places', async () => {
  await write({ 'a.yaml': configMap('x'), 'b.yaml': `# later\n${configMap('x')}` })
  const error = await readManifests(folder).catch((thrown: unknown) => thrown)
  const [fault] = faultsOf(error) ?? []
  expect(fault).toMatchObject({
    subject: 'ConfigMap x',
    cause: `is declared already in ${join(folder, 'a.yaml')}:2`,
  })
  expect(fault?.place).toMatchObject({ file: join(folder, 'b.yaml'), line: 3 })
})

test.each([
  ['missing', ['E_MANIFESTS_FOLDER']],
  ['.', ['E_MANIFESTS_EMPTY']],
])('%s as a folder is refused', async (name, expected) => {
  expect(await codes(join(folder, name))).toEqual(expected)
})
