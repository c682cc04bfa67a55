import type { Fault } from '@homerack/errors'
import { type Document, LineCounter, parseDocument, visit } from 'yaml'
import { placeAt, type SourceText } from './place-at.ts'

/** homerack.yaml as text, as a YAML document that knows its places, and as plain data. */
export type Source = SourceText & { readonly document: Document; readonly data: unknown }

/** More aliases than any rack needs; beyond it the YAML library refuses to expand (a "billion laughs" file). */
const maxAliasCount = 100

/** Reads YAML 1.2. Syntax errors come back as faults, and then there is no source. */
export function parseYaml(text: string, file: string): { source?: Source; faults: readonly Fault[] } {
  const lines = new LineCounter()
  const unmarked = text.replace(/^\ufeff/, '')
  const here: SourceText = { text: unmarked, file, lines }
  try {
    const document = parseDocument(unmarked, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
    const errors: readonly YamlError[] = [...document.errors, ...badAliases(document)]
    if (errors.length > 0)
      return { faults: firstPerLine(errors.map((error) => yamlFault(here, 'E_YAML', error))) }
    const warnings: readonly YamlError[] = document.warnings
    const faults = warnings.map((warning) => yamlFault(here, 'W_YAML', warning))
    return { source: { ...here, document, data: document.toJS({ maxAliasCount }) }, faults }
  } catch (error) {
    // The library throws these two while it recurses and while it expands aliases.
    if (error instanceof RangeError) return unreadable(file, 'is nested too deeply to be read')
    if (error instanceof ReferenceError) return unreadable(file, 'has too many aliases to be read')
    throw error
  }
}

function unreadable(file: string, cause: string): { faults: readonly Fault[] } {
  return { faults: [{ code: 'E_YAML', subject: file, cause }] }
}

type YamlError = { readonly message: string; readonly pos: readonly [number, number] }

/** Aliases that stand for nothing, or for something they are part of. */
function badAliases(document: Document): readonly YamlError[] {
  const errors: YamlError[] = []
  visit(document, {
    Alias(_, alias, ancestors) {
      const target = alias.resolve(document)
      if (target && !ancestors.includes(target)) return
      const [start = 0, end = start] = alias.range ?? []
      const { source: name } = alias
      const message = target ? `*${name} stands inside &${name}` : `there is no &${name} before *${name}`
      errors.push({ message, pos: [start, end] })
    },
  })
  return errors
}

function yamlFault(here: SourceText, code: 'E_YAML' | 'W_YAML', { message, pos }: YamlError): Fault {
  const hint = /^tabs/i.test(message) ? 'Indent with spaces.' : undefined
  const isSecondDocument = message.includes('multiple documents')
  const cause = isSecondDocument
    ? 'a second document begins here; one is read'
    : message.replaceAll(/\s*\n\s*/g, ' ')
  return { code, subject: here.file, cause, hint, place: placeAt(here, pos[0], pos[1]) }
}

/** Further errors on a line follow from its first one. */
function firstPerLine(faults: readonly Fault[]): readonly Fault[] {
  const lines = new Map(faults.toReversed().map((fault) => [fault.place?.line, fault]))
  return [...lines.values()]
}
