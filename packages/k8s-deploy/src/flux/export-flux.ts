import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Fault, FaultError } from '@homerack/errors'
import { stringify } from 'yaml'
import type { Cluster } from '../cluster/cluster.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Manifest } from '../object/manifest.ts'
import { throwAll } from '../object/object-fault.ts'
import { formatRef, groupKindOf, refOf } from '../object/object-ref.ts'
import { isMadeOnce } from '../plan/made-once.ts'
import { isPrecious } from '../plan/precious.ts'
import { resolveManifests } from '../plan/resolve-manifests.ts'

export type FluxExport = {
  readonly cluster: Cluster
  readonly name: string
  readonly namespace: string
  readonly manifests: readonly Manifest[]
  /** Where it is written; the folder is made, or is empty. */
  readonly folder: string
  readonly repository: {
    readonly url: string
    readonly branch: string
    /** Where the folder is in the repository. */
    readonly path: string
  }
  /** Encrypts the YAML of a Secret for SOPS. Without it there must be no Secrets: they do not go to a disk as text. */
  readonly encrypt?: (yaml: string, signal?: AbortSignal) => Promise<string>
  readonly signal?: AbortSignal | undefined
}

const fluxNamespace = 'flux-system'
const annotations = {
  kept: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
  madeOnce: { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' },
}

/**
 * Writes what Flux 2 needs to take a service over: `flux.yaml` (a GitRepository and a Kustomization, for namespace
 * flux-system) and `objects/`, the same objects with their namespaces settled. Flux does not prune volumes,
 * namespaces and definitions of kinds, and changes nothing that is made once, as we do not. Secrets are encrypted. Answers the files, as paths in the
 * folder.
 *
 * Throws E_FLUX_FOLDER if the folder is not empty, E_FLUX_SECRET for each Secret that cannot be encrypted, and what
 * `planDeploy` throws about manifests.
 */
export async function exportFlux(options: FluxExport): Promise<string[]> {
  const { cluster, name, namespace, manifests, folder, encrypt, signal } = options
  const wanted = await resolveManifests(cluster, manifests, namespace)
  if (!encrypt) throwAll(wanted.filter(isSecret).map(plainSecret))
  const objects = [...ownNamespace(wanted, namespace), ...wanted.map(({ object }) => object)].map(annotated)
  await makeFolder(join(folder, 'objects'), folder)
  const files = await Promise.all(
    objects.map(async (object, index) => {
      const text = stringify(object, { lineWidth: 0 })
      const isHidden = isSecret({ object })
      const content = isHidden && encrypt ? await encrypt(text, signal) : text
      const number = String(index + 1).padStart(String(objects.length).length, '0')
      const file = `${number}-${object.kind.toLowerCase()}-${object.metadata.name.replaceAll(/[^\w.-]/g, '-')}.yaml`
      await writeFile(join(folder, 'objects', file), content)
      return file
    }),
  )
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files,
  }
  await writeFile(join(folder, 'objects', 'kustomization.yaml'), stringify(kustomization))
  const flux = fluxObjects(name, options.repository, wanted.some(isSecret))
  await writeFile(join(folder, 'flux.yaml'), flux.map((one) => stringify(one)).join('---\n'))
  return ['flux.yaml', 'objects/kustomization.yaml', ...files.map((file) => `objects/${file}`)]
}

/** The two objects that make Flux (v1 of its APIs, Flux 2.9) follow the folder. */
function fluxObjects(
  name: string,
  { url, branch, path }: FluxExport['repository'],
  hasSecrets: boolean,
): KubeObject[] {
  const metadata = { name, namespace: fluxNamespace }
  return [
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata,
      spec: { interval: '5m', url, ref: { branch } },
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata,
      spec: {
        interval: '10m',
        path: `./${join(path, 'objects')}`,
        prune: true,
        wait: true,
        force: false,
        sourceRef: { kind: 'GitRepository', name },
        ...(hasSecrets ? { decryption: { provider: 'sops', secretRef: { name: 'sops-age' } } } : {}),
      },
    },
  ]
}

/** Nobody declares the service's own namespace as a rule, but Flux has to make it on a new cluster. */
function ownNamespace(wanted: readonly Manifest[], name: string): KubeObject[] {
  const isDeclared = wanted.some(
    ({ object }) => groupKindOf(object) === 'Namespace' && object.metadata.name === name,
  )
  return isDeclared ? [] : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }]
}

/** In Flux' words: what is not pruned, and what is made once. */
function annotated(object: KubeObject): KubeObject {
  const said = {
    ...(isPrecious(object) && annotations.kept),
    ...(isMadeOnce(object) && annotations.madeOnce),
  }
  if (Object.keys(said).length === 0) return object
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...said } },
  }
}

function isSecret({ object }: { readonly object: KubeObject }): boolean {
  return groupKindOf(object) === 'Secret'
}

function plainSecret({ object, origin }: Manifest): Fault {
  return {
    code: 'E_FLUX_SECRET',
    subject: formatRef(refOf(object)),
    cause: 'would be written as plain text',
    hint: 'Name an age recipient with --age, so that sops encrypts it.',
    place: origin,
  }
}

async function makeFolder(path: string, folder: string): Promise<void> {
  try {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    if (names.length === 0) {
      await mkdir(path, { recursive: true })
      return
    }
  } catch (error) {
    const cause = `cannot be written (${(error as NodeJS.ErrnoException).code})`
    throw new FaultError({ code: 'E_FLUX_FOLDER', subject: folder, cause }, { cause: error })
  }
  const hint = 'Name a new folder, or empty this one.'
  throw new FaultError({ code: 'E_FLUX_FOLDER', subject: folder, cause: 'is not empty', hint })
}
