import { isMap, isScalar, isSeq, Scalar } from 'yaml'
import type { SopsDocument, SopsFormat } from './document.ts'

/** How a document is laid out. sops indents YAML by 4 and JSON by a tab. */
export type Layout = { indent?: number; jsonIndent?: string; indentSeq?: boolean }

export function writeDocument(document: SopsDocument, format: SopsFormat, layout: Layout = {}): string {
  if (format === 'json') return `${writeJson(document.contents, '', layout.jsonIndent ?? '\t')}\n`
  document.contents.flow = false
  return document.toString({
    indent: layout.indent ?? 4,
    indentSeq: layout.indentSeq ?? true,
    lineWidth: 0,
    minContentWidth: 0,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    flowCollectionPadding: false,
  })
}

/** The text of a document without its sops section, for the section to follow. */
export function writeBody(document: SopsDocument, layout: Layout = {}): string {
  const text = writeDocument(document, 'yaml', layout)
  return document.contents.items.length === 0 ? text.replace(/^\{\}\n/m, '') : text
}

/** JSON with keys in the order of the document and Go's escapes, so that both tools write the same bytes. */
function writeJson(node: unknown, margin: string, indent: string): string {
  const inner = margin + indent
  if (isMap(node)) {
    const lines = node.items.map(
      ({ key, value }) =>
        `${inner}${jsonText(String(isScalar(key) ? key.value : key))}: ${writeJson(value, inner, indent)}`,
    )
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${margin}}`
  }
  if (isSeq(node)) {
    const lines = node.items.map((item) => inner + writeJson(item, inner, indent))
    return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n${margin}]`
  }
  if (!isScalar(node)) return 'null'
  return node.type === Scalar.PLAIN ? String(node.value) : jsonText(String(node.value))
}

/** A JSON string as Go's encoding/json writes it. */
export function jsonText(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
