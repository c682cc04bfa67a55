import { randomBytes } from 'node:crypto'
import { isMap, isScalar, type Pair, Scalar } from 'yaml'
import { looksEncrypted, type Random } from './cipher.ts'
import { moveComments } from './comments.ts'
import { metadataPair, type SopsDocument, type SopsFormat } from './document.ts'
import { type Edit, editDocument, type SopsChange } from './edit-document.ts'
import { type OpenOptions, openSops } from './open.ts'
import { type Sealing, sealMac, sealValues } from './seal.ts'
import { jsonText, writeBody, writeDocument } from './write-document.ts'

export type UpdateOptions = OpenOptions & { readonly now?: () => Date; readonly random?: Random }

/**
 * Changes values of an encrypted document. What stays the same keeps its ciphertext byte for byte, and a call
 * that changes nothing returns `text` itself. Where only values change, only their lines and the two lines of
 * the MAC differ; where keys come or go, YAML may be laid out anew.
 *
 * A mapping or list replaces the one that is there, value by value. A Secret with the text of the old value
 * leaves it, and its type, alone. Throws what `decryptSops` throws; TypeError for an impossible path.
 */
export async function updateSops(
  text: string,
  changes: readonly SopsChange[],
  options: UpdateOptions,
): Promise<string> {
  const { document, values, metadata, isEncrypted, dataKey } = await openSops(text, options)
  const { format, random = randomBytes } = options
  const sops = metadataPair(document) as Pair
  document.contents.items = document.contents.items.filter((pair) => pair !== sops)
  const edit: Edit = { values, changed: new Set(), format, reshaped: false }
  for (const change of changes) editDocument(edit, document.contents, change)
  if (edit.changed.size === 0 && !edit.reshaped) return text

  const sealing: Sealing = { dataKey, random, isEncrypted, format }
  const now = options.now?.() ?? new Date()
  const { mac, lastModified } = sealMac(document, values, metadata.macOnlyEncrypted, now, sealing)
  sealValues(document, values, (node) => edit.changed.has(node), sealing)
  const settings = [setting(sops, 'lastmodified', lastModified), setting(sops, 'mac', mac)]
  if (!edit.reshaped) return splice(text, [...settings, ...edit.changed], format)
  moveComments(document, sealing)
  return format === 'json' ? rewriteJson(document, sops, text) : rewriteYaml(document, sops, settings, text)
}

/** Sets a setting of the sops section and returns its scalar. */
function setting(sops: Pair, name: string, value: string): Scalar {
  const node = isMap(sops.value) ? sops.value.get(name, true) : undefined
  if (!isScalar(node)) throw new TypeError(`the sops section has no ${name}`)
  node.value = value
  return node
}

/** The text with each of the scalars, which stand in it, replaced by what it holds now. */
function splice(text: string, nodes: readonly Scalar[], format: SopsFormat): string {
  const pieces: string[] = []
  let done = 0
  for (const node of nodes.toSorted((a, b) => (a.range?.[0] ?? 0) - (b.range?.[0] ?? 0))) {
    const [start = 0, end = 0] = node.range ?? []
    pieces.push(text.slice(done, start), scalarText(node, text.slice(start, end), format))
    done = end
  }
  return pieces.join('') + text.slice(done)
}

/** Ciphertext stays unquoted where it was; any other text goes in double quotes, which are right everywhere. */
function scalarText(node: Scalar, before: string, format: SopsFormat): string {
  const text = String(node.value)
  const bare = format === 'yaml' && looksEncrypted(text) && looksEncrypted(before)
  const word = node.type === Scalar.PLAIN && !looksEncrypted(text)
  return bare || word ? text : jsonText(text)
}

function rewriteJson(document: SopsDocument, sops: Pair, text: string): string {
  document.contents.items.push(sops)
  const jsonIndent = /^\{\s*?\n([ \t]+)/.exec(text)?.[1] ?? '\t'
  return writeDocument(document, 'json', { jsonIndent })
}

/** The sops section keeps its text; the rest is laid out again with the indentation that the section shows. */
function rewriteYaml(document: SopsDocument, sops: Pair, settings: readonly Scalar[], text: string): string {
  const key = sops.key as Scalar
  const [start = 0] = key.range ?? []
  const end = (sops.value as Scalar).range?.[2] ?? text.length
  const spliced = splice(text, settings, 'yaml')
  const section = spliced.slice(start, end + spliced.length - text.length)
  const comments = (key.commentBefore ?? '').split('\n').filter(Boolean)
  const indent = /^sops:\s*?\n( +)/.exec(section)?.[1]?.length ?? 4
  const [, outer = '', inner = ''] = /^( *)age:\s*?\n( *)- /m.exec(section) ?? []
  const body = writeBody(document, { indent, indentSeq: inner.length !== outer.length })
  return `${body}${comments.map((line) => `#${line}\n`).join('')}${section}`
}
