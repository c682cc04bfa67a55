import { readdir } from 'node:fs/promises'
import { faultsOf } from '@homerack/errors'
import type { JsonObject } from '../object/kube-object.ts'
import type { Manifest } from '../object/manifest.ts'
import { throwAll } from '../object/object-fault.ts'
import { findDuplicates } from './find-duplicates.ts'
import { readManifests } from './read-manifests.ts'
import { renderChart } from './render-chart.ts'
import { renderKustomization } from './render-kustomization.ts'
import { runModule } from './run-module.ts'

export type SourceOptions = {
  /** The service: a chart's release is named after it, and rendered for its namespace. */
  readonly name: string
  readonly namespace: string
  /** Values of a chart: files, a later one wins, or the values themselves (which do not touch a disk). */
  readonly values?: readonly string[] | JsonObject
  /** What the function of a module gets. */
  readonly input?: unknown
  /** Programs that render, where they are not to be found by their names. */
  readonly programs?: { readonly helm?: string; readonly kubectl?: string; readonly kustomize?: string }
  readonly signal?: AbortSignal | undefined
}

/**
 * Everything that sources declare, in their order. A source is a folder of YAML, a kustomization (a folder with a
 * kustomization.yaml), a Helm chart (a folder with a Chart.yaml, or a .tgz), or a module (.ts, .mts, .js, .mjs).
 *
 * Throws a FaultError with all faults of all sources; see the functions of each.
 */
export async function readSources(sources: readonly string[], options: SourceOptions): Promise<Manifest[]> {
  const read = await Promise.all(
    sources.map((source) =>
      readSource(source, options).then(
        (manifests) => ({ manifests, faults: [] }),
        (error: unknown) => {
          const faults = faultsOf(error)
          if (!faults) throw error
          return { manifests: [], faults }
        },
      ),
    ),
  )
  const manifests = read.flatMap((one) => one.manifests)
  throwAll([...read.flatMap(({ faults }) => faults), ...findDuplicates(manifests)])
  return manifests
}

async function readSource(source: string, options: SourceOptions): Promise<Manifest[]> {
  if (/\.[cm]?[jt]s$/.test(source)) return runModule(source, options.input)
  if (/\.(tgz|tar\.gz)$/.test(source)) return renderChart(source, options)
  const names = await readdir(source).catch((): string[] => [])
  if (names.includes('Chart.yaml')) return renderChart(source, options)
  if (names.some((name) => /^(kustomization\.ya?ml|Kustomization)$/.test(name)))
    return renderKustomization(source, options)
  return readManifests(source)
}
