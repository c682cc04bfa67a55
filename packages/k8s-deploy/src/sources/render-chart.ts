import type { Place } from '@homerack/errors'
import type { Manifest } from '../object/manifest.ts'
import { throwAll } from '../object/object-fault.ts'
import { parseManifests } from './parse-manifests.ts'
import type { SourceOptions } from './read-sources.ts'
import { runProgram } from './run-program.ts'

const hookAnnotation = 'helm.sh/hook'
/** Hooks that helm runs when a release goes away or is tested: they are no part of what should be there. */
const passingHooks =
  /^(?:\s*(?:pre-delete|post-delete|pre-rollback|post-rollback|test|test-success|test-failure)\s*,?)+$/

/**
 * The objects of a Helm chart, as `helm template` renders them, with its CRDs. Hooks of install and upgrade are
 * ordinary objects here; those of delete, rollback and test are left out. An object's origin is its template, with
 * the line in what the template renders.
 *
 * Throws E_TOOL_MISSING, E_TOOL, and the faults of what is rendered.
 */
export async function renderChart(chart: string, options: SourceOptions): Promise<Manifest[]> {
  const { name, namespace, values = [], programs = {}, signal } = options
  const [files, input] = Array.isArray(values) ? [values, undefined] : [['-'], JSON.stringify(values)]
  const flags = files.flatMap((file) => ['--values', file])
  const text = await runProgram(
    {
      command: programs.helm ?? 'helm',
      args: ['template', name, chart, '--namespace', namespace, '--include-crds', '--skip-tests', ...flags],
      signal,
      ...(input === undefined ? {} : { input }),
    },
    'Helm charts are rendered by helm: install it, for example from nixpkgs (kubernetes-helm).',
  )
  const place = templatePlaces(text)
  const { manifests, faults } = parseManifests(text, chart)
  throwAll(faults.map((fault) => (fault.place ? { ...fault, place: place(fault.place) } : fault)))
  return manifests
    .filter(({ object }) => !passingHooks.test(object.metadata.annotations?.[hookAnnotation] ?? ' none'))
    .map(({ object, origin }) => ({ object, origin: place(origin) }))
}

/** Places in the output as places in the templates: helm writes `# Source: chart/templates/a.yaml` above each. */
function templatePlaces(text: string): (place: Place) => Place {
  const sources = text.split('\n').flatMap((line, index) => {
    const [, file] = /^# Source: (.+)$/.exec(line) ?? []
    return file === undefined ? [] : [{ file, line: index + 1 }]
  })
  return (place) => {
    const source = sources.findLast(({ line }) => line < place.line)
    return source ? { ...place, file: source.file, line: place.line - source.line } : place
  }
}
