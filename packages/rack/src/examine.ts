import { type Fault, isWarning } from '@homerack/errors'
import type { RackView } from './checks/check.ts'
import { checks } from './checks/index.ts'
import { at, type Finding, faultOf } from './finding.ts'
import { mergeNodeDefaults } from './node-defaults.ts'
import { draftOf } from './schema/draft.ts'
import { schemaFindings } from './schema/schema-findings.ts'
import { isWritten, writtenPath } from './source/locate.ts'
import { maskSecrets } from './source/mask-secrets.ts'
import { parseYaml, type Source } from './source/parse-yaml.ts'

/** A file, if it is YAML at all, and everything that is wrong with it. */
export type Examined = {
  readonly source: Source | undefined
  readonly faults: readonly Fault[]
}

/** Runs the schema, every cross-check and `more` over a file. Faults are sorted by place. */
export function examine(
  text: string,
  file: string,
  more: (view: RackView) => Iterable<Finding> = () => [],
): Examined {
  const parsed = parseYaml(text, file)
  const syntax = parsed.faults.map(maskSecrets)
  const { source } = parsed
  if (!source) return { source, faults: sorted(syntax) }
  const version = versionFinding(source.data)
  if (version) return { source, faults: sorted([...syntax, faultOf(source, version)]) }
  const view: RackView = {
    draft: mergeNodeDefaults(draftOf(source.data)),
    written: (path) => isWritten(source, writtenPath(source, path)),
  }
  const findings = [
    ...schemaFindings(source.data),
    ...checks.flatMap((check) => [...check(view)]),
    ...more(view),
  ]
  return { source, faults: sorted([...syntax, ...findings.map((finding) => faultOf(source, finding))]) }
}

/** In a file of another version, or of none, nothing else can be judged. */
function versionFinding(data: unknown): Finding | undefined {
  if (data === null)
    return { code: 'E_EMPTY', at: [], cause: 'the file is empty', hint: 'Begin with  homerack: 1' }
  const version = at(data, 'homerack')
  if (version === 1 || typeof data !== 'object' || Array.isArray(data)) return undefined
  if (version === undefined) {
    const cause = 'the file does not say which version of the format it has'
    return { code: 'E_FORMAT_VERSION', at: [], cause, hint: 'Begin with  homerack: 1' }
  }
  const isNewer = typeof version === 'number' && version > 1
  const hint = isNewer ? 'A newer homerack reads this file. Update homerack.' : 'Write  homerack: 1'
  return {
    code: 'E_FORMAT_VERSION',
    at: ['homerack'],
    cause: 'this homerack reads version 1 of the format',
    hint,
  }
}

/** Sorted by place. What is said twice of one place, as of nodeDefaults for every node, is said once. */
function sorted(faults: readonly Fault[]): readonly Fault[] {
  const keyed = new Map(
    faults.map((fault) => [JSON.stringify([fault.code, fault.cause, fault.place]), fault]),
  )
  const position = ({ place }: Fault) => [place?.line ?? 0, place?.column ?? 0] as const
  return [...keyed.values()].sort((a, b) => {
    const [lineA, columnA] = position(a)
    const [lineB, columnB] = position(b)
    return lineA - lineB || columnA - columnB
  })
}

export function hasErrors(faults: readonly Fault[]): boolean {
  return faults.some((fault) => !isWarning(fault))
}
