import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultsOf } from '@homerack/errors'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { exportFlux, planDeploy, readManifests } from '../src/index.ts'
import { configMap, deployment, manifestsOf } from './manifests-of.ts'
import { createVirtualCluster, type VirtualCluster } from './virtual-cluster.ts'

let virtual: VirtualCluster
let folder: string
beforeAll(async () => {
  virtual = await createVirtualCluster()
})
afterAll(() => virtual.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flux-'))
})
afterEach(() => rm(folder, { recursive: true }))

const claim =
  '---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }\n'
const secret = '---\napiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: hunter2 }\n'

function exported(text: string, encrypt?: (yaml: string) => Promise<string>) {
  return exportFlux({
    cluster: virtual.cluster,
    name: 'notes',
    namespace: 'notes',
    manifests: manifestsOf(text),
    folder,
    repository: { url: 'https://git.home.arpa/rack', branch: 'main', path: 'flux/notes' },
    ...(encrypt ? { encrypt } : {}),
  })
}

test('the export is the same objects, with their namespaces, and what makes Flux follow them', async () => {
  const text = configMap('a') + deployment('web') + claim
  const files = await exported(text)
  expect(files.toSorted()).toEqual([
    'flux.yaml',
    'objects/1-namespace-notes.yaml',
    'objects/2-configmap-a.yaml',
    'objects/3-deployment-web.yaml',
    'objects/4-persistentvolumeclaim-data.yaml',
    'objects/kustomization.yaml',
  ])
  const flux = await readManifests(folder).catch((error: unknown) => faultsOf(error))
  // A kustomization has no name: it is no object of a cluster.
  expect(flux).toMatchObject([{ code: 'E_MANIFEST', subject: 'Kustomization' }])
  const written = await readFile(join(folder, 'flux.yaml'), 'utf8')
  expect(manifestsOf(written).map(({ object }) => object)).toMatchObject([
    { kind: 'GitRepository', metadata: { name: 'notes', namespace: 'flux-system' } },
    {
      kind: 'Kustomization',
      spec: {
        path: './flux/notes/objects',
        prune: true,
        sourceRef: { kind: 'GitRepository', name: 'notes' },
      },
    },
  ])
  const own = await readFile(join(folder, 'objects/4-persistentvolumeclaim-data.yaml'), 'utf8')
  expect(own).toContain('kustomize.toolkit.fluxcd.io/prune: disabled')
  await rm(join(folder, 'objects/kustomization.yaml'))
  const manifests = await readManifests(join(folder, 'objects'))
  const { cluster } = virtual
  const plan = await planDeploy({ cluster, name: 'notes', namespace: 'notes', manifests })
  expect(plan.changes.filter(({ kind }) => kind === 'create')).toHaveLength(5)
})

test('a Secret is never written as text', async () => {
  const error = await exported(secret).catch((thrown: unknown) => thrown)
  expect(faultsOf(error)).toMatchObject([
    { code: 'E_FLUX_SECRET', subject: 'Secret notes/s', place: { file: 'test.yaml', line: 3 } },
  ])
  expect(await readdir(folder)).toEqual([])
  const once = secret.replace('name: s', 'name: s, annotations: { homerack.dev/apply: once }')
  await exported(once, async (yaml) => {
    expect(yaml).toContain('kustomize.toolkit.fluxcd.io/ssa: IfNotPresent')
    return 'encrypted: true\n'
  })
  const names = await readdir(join(folder, 'objects'))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, 'objects', name), 'utf8')))
  expect(texts.join('')).not.toContain('hunter2')
  expect(await readFile(join(folder, 'flux.yaml'), 'utf8')).toContain('provider: sops')
})

test('a folder that is not empty is left alone', async () => {
  await exported(configMap('a'))
  const error = await exported(configMap('a')).catch((thrown: unknown) => thrown)
  expect(faultsOf(error)).toMatchObject([{ code: 'E_FLUX_FOLDER', cause: 'is not empty' }])
})
