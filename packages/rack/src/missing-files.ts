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

/** Patch files and manifest folders that the file names but that are not there. Reads the disk. */
export function* missingFiles(view: RackView, file: string): Iterable<Finding> {
  const beside = (relative: string) => statSync(resolve(dirname(file), relative), { throwIfNoEntry: false })
  for (const { name, manifests, at } of serviceDrafts(view)) {
    if (name === undefined || (manifests === undefined && view.written([...at, 'manifests']))) continue
    const folder = manifestsOf({ name, manifests })
    if (beside(folder)?.isDirectory()) continue
    const place = manifests === undefined ? at : [...at, 'manifests']
    const hint = 'Put its manifests there, or name their folder with manifests: FOLDER.'
    yield { code: 'E_MANIFESTS_MISSING', at: place, cause: `there is no folder ${folder}`, hint }
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
