import { join } from 'node:path'
import { faultsOf } from '@homerack/errors'
import { expect, test } from 'vitest'
import { type KubeObject, readSources } from '../../../src/index.ts'
import { needPeer } from './peer.ts'

const testdata = join(import.meta.dirname, '../../../testdata')
const options = { name: 'my', namespace: 'shops' }

test('kubectl builds a kustomization', async (context) => {
  const programs = { kubectl: needPeer(context, 'kubectl') }
  const folder = join(testdata, 'kustomize')
  const [config] = await readSources([folder], { ...options, programs })
  expect(config?.object).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'home-a' } })
  expect(config?.origin).toMatchObject({ file: `${folder} (built)`, line: 4 })
})

test('a kustomization that is wrong is refused in the words of kubectl', async (context) => {
  const programs = { kubectl: needPeer(context, 'kubectl') }
  const { mkdtemp, rm, writeFile } = await import('node:fs/promises')
  const folder = await mkdtemp(join((await import('node:os')).tmpdir(), 'kustomize-'))
  try {
    await writeFile(join(folder, 'kustomization.yaml'), 'resources: [missing.yaml]\n')
    const error = await readSources([folder], { ...options, programs }).catch((thrown: unknown) => thrown)
    expect(faultsOf(error)).toMatchObject([
      { code: 'E_TOOL', cause: expect.stringContaining('missing.yaml') },
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('helm renders a chart, without the hooks of delete and test, with its templates as origin', async (context) => {
  const programs = { helm: needPeer(context, 'helm') }
  const chart = join(testdata, 'chart')
  const manifests = await readSources([chart], { ...options, programs, values: { word: 'hunter2' } })
  const named = (name: string) => manifests.find(({ object }) => object.metadata.name === name)
  expect(manifests.map(({ object }: { object: KubeObject }) => object.metadata.name).toSorted()).toEqual([
    'hook-post-install-pre-upgrade',
    'hook-pre-install',
    'my-config',
    'my-secret',
  ])
  expect(named('my-config')?.object.data).toEqual({ word: 'hunter2', namespace: 'shops' })
  expect(named('my-config')?.origin).toMatchObject({ file: 'shop/templates/config.yaml', line: 2 })
  expect(named('my-secret')?.origin).toMatchObject({ text: 'kind: Secret' })
})

test('a chart that does not render is refused in the words of helm', async (context) => {
  const programs = { helm: needPeer(context, 'helm') }
  const values = [join(testdata, 'nowhere.yaml')]
  const rendering = readSources([join(testdata, 'chart')], { ...options, programs, values })
  const error = await rendering.catch((thrown: unknown) => thrown)
  expect(faultsOf(error)).toMatchObject([{ code: 'E_TOOL', cause: expect.stringContaining('nowhere.yaml') }])
})
