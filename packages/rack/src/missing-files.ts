import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { manifestsOf } from './build-rack.ts'
import { entriesOf, type RackView } from './checks/check.ts'
import { serviceDrafts } from './checks/service-drafts.ts'
import type { Finding } from './finding.ts'
import type { Draft } from './schema/draft.ts'
import type { RackFile } from './schema/rack-file.ts'
import type { Path } from './source/locate.ts'

type Patches = Draft<RackFile['cluster']['patches']>

/** Patch files and manifests that the file names but that are not there, and values for what takes none. Reads the disk. */
export function* missingFiles(view: RackView, file: string): Iterable<Finding> {
  const beside = (relative: string) => statSync(resolve(dirname(file), relative), { throwIfNoEntry: false })
  for (const { name, manifests, values, at } of serviceDrafts(view)) {
    if (name === undefined || (manifests === undefined && view.written([...at, 'manifests']))) continue
    const source = manifestsOf({ name, manifests })
    const isFile = /\.([cm]?[jt]s|tgz|tar\.gz)$/.test(source)
    const found = beside(source)
    if (!(isFile ? found?.isFile() : found?.isDirectory())) {
      const place = manifests === undefined ? at : [...at, 'manifests']
      const hint = 'Put its manifests there, or name them with manifests: a folder, a chart or a module.'
      const cause = `there is no ${isFile ? 'file' : 'folder'} ${source}`
      yield { code: 'E_MANIFESTS_MISSING', at: place, cause, hint }
    } else if (Object.keys(values ?? {}).length > 0 && !isFile && !beside(`${source}/Chart.yaml`)) {
      const cause = `values are given, but ${source} is neither a chart nor a module`
      yield { code: 'E_VALUES_UNUSED', at: [...at, 'values'], on: 'key', cause }
    }
  }
  for (const [path, patch] of patchFiles(view)) {
    if (!beside(patch)?.isFile())
      yield { code: 'E_PATCH_MISSING', at: path, cause: `there is no file ${patch}` }
  }
}

function* patchFiles({ draft }: RackView): Iterable<readonly [Path, string]> {
  const { cluster, nodeDefaults, nodes } = draft
  for (const key of ['patches', 'controlPlanePatches', 'workerPatches'] as const) {
    yield* filesOf(cluster?.[key], ['cluster', key])
  }
  yield* filesOf(nodeDefaults?.patches, ['nodeDefaults', 'patches'])
  // Merging has put the patches of nodeDefaults before a node's own.
  const inherited = nodeDefaults?.patches?.length ?? 0
  for (const [index, node] of entriesOf(nodes)) {
    yield* filesOf(node.patches?.slice(inherited), ['nodes', index, 'patches'])
  }
}

function* filesOf(patches: Patches | undefined, at: Path): Iterable<readonly [Path, string]> {
  for (const [index, patch] of entriesOf(patches)) {
    if (typeof patch === 'string') yield [[...at, index], patch]
    else if (patch.file !== undefined) yield [[...at, index, 'file'], patch.file]
  }
}
