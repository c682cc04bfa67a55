import type { Fault, Place } from '@homerack/errors'
import { isNode, LineCounter, type Node, parseAllDocuments } from 'yaml'

/** A YAML file of machine config documents, parsed, with the means to point into it. */
export type SourceText = {
  readonly file: string
  /** The root node of each document that is not empty. */
  readonly roots: readonly Node[]
  /** Syntax faults; `roots` is then empty. */
  readonly faults: readonly Fault[]
  readonly placeOf: (node: unknown) => Place | undefined
}

/** Parses `text`; `file` is what faults name. The text may hold several documents. */
export function readSource(text: string, file: string): SourceText {
  const lineCounter = new LineCounter()
  const place = (offset: number, end: number): Place => {
    const { line, col } = lineCounter.linePos(offset)
    const start = lineCounter.lineStarts[line - 1] ?? 0
    const whole = text.slice(start).split(/\r?\n/, 1)[0] ?? ''
    const length = Math.max(1, Math.min(end - offset, whole.length - (col - 1)))
    return { file, line, column: col, length, text: withoutSecrets(whole) }
  }
  const parsed = parseAllDocuments(text, { lineCounter, logLevel: 'silent', prettyErrors: false })
  const documents = Array.isArray(parsed) ? parsed : []
  const faults = documents.flatMap(({ errors }) =>
    errors.map((error) => ({
      code: 'E_YAML' as const,
      subject: file,
      cause: error.message,
      place: place(error.pos[0], error.pos[1]),
    })),
  )
  const roots = documents.flatMap(({ contents }): Node[] =>
    contents && !isEmpty(contents) ? [contents] : [],
  )
  return {
    file,
    roots: faults.length > 0 ? [] : roots,
    faults,
    placeOf: (node) => (isNode(node) && node.range ? place(node.range[0], node.range[1]) : undefined),
  }
}

function isEmpty(node: Node): boolean {
  return 'value' in node && node.value === null
}

/** A source line is shown to people: what has a name that Talos gives to secrets is not. */
function withoutSecrets(line: string): string {
  const field =
    /\b((?:key|token|password|passphrase|auth|secret|[a-z]+(?:Secret|Key|Token))["']?\s*:\s*)[^\s,{}[\]][^,{}]*/gi
  return line.replace(field, '$1‹redacted›')
}
