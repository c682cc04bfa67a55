import { join } from 'node:path'
import { faultsOf } from '@homerack/errors'
import { expect, test } from 'vitest'
import { readSources } from './read-sources.ts'

const testdata = join(import.meta.dirname, '../../testdata')
const module = (name: string) => join(testdata, 'modules', name)
const options = { name: 'shop', namespace: 'shops' }

function faultsIn(sources: readonly string[], more: object = {}) {
  return readSources(sources, { ...options, ...more }).then(
    () => [],
    (error: unknown) => faultsOf(error) ?? [{ code: String(error) }],
  )
}

test('a module makes objects from its input; unset fields vanish; the module is the origin', async () => {
  const manifests = await readSources([module('good.mjs')], { ...options, input: { names: ['x', 'y'] } })
  expect(manifests.map(({ object }) => object)).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'y' } },
  ])
  expect(manifests[1]?.origin).toMatchObject({
    file: module('good.mjs'),
    text: 'object 2 of 2 that manifests() returns',
  })
})

test.each([
  ['empty.mjs', [{ code: 'E_MANIFEST_MODULE', cause: 'exports no function named manifests' }]],
  ['no-list.mjs', [{ code: 'E_MANIFEST_MODULE', cause: 'manifests() returns no list' }]],
  ['throws.mjs', [{ code: 'E_MANIFEST_MODULE', cause: 'failed: no rack' }]],
  ['missing.mjs', [{ code: 'E_MANIFEST_MODULE', cause: expect.stringMatching(/^failed: ENOENT/) }]],
  [
    'shapeless.mjs',
    [
      { code: 'E_MANIFEST', cause: 'has no apiVersion' },
      { code: 'E_MANIFEST', cause: 'has no metadata.name' },
      { code: 'E_MANIFEST', cause: 'is not a Kubernetes object' },
    ],
  ],
])('%s is refused', async (name, expected) => {
  expect(await faultsIn([module(name)])).toMatchObject(expected)
})

test.each([
  ['throws.mjs', 2, "  throw new Error('no rack')"],
  ['throws-near-secret.mjs', 2, '‹redacted›'],
])('what fails in %s is told with its line', async (name, line, text) => {
  const [fault] = await faultsIn([module(name)])
  expect(fault).toMatchObject({ code: 'E_MANIFEST_MODULE', place: { file: module(name), line, text } })
  expect(JSON.stringify(fault)).not.toContain('hunter2')
})

test('faults of all sources come together, duplicates among them too', async () => {
  expect(await faultsIn([module('throws.mjs'), '/nowhere', module('empty.mjs')])).toMatchObject([
    { code: 'E_MANIFEST_MODULE' },
    { code: 'E_MANIFESTS_FOLDER' },
    { code: 'E_MANIFEST_MODULE' },
  ])
  expect(await faultsIn([module('good.mjs'), module('good.mjs')])).toMatchObject([
    { code: 'E_MANIFEST_DUPLICATE' },
  ])
})

test.each([
  ['chart', 'helm', { helm: '/nowhere/helm' }],
  ['kustomize', 'kubectl or kustomize', { kubectl: '/nowhere/kubectl', kustomize: '/nowhere/kustomize' }],
])('a %s needs %s, and says so', async (folder, _, programs) => {
  const [fault] = await faultsIn([join(testdata, folder)], { programs })
  expect(fault).toMatchObject({ code: 'E_TOOL_MISSING', hint: expect.stringContaining('install') })
})
