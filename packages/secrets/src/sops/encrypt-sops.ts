import { randomBytes } from 'node:crypto'
import { FaultError } from '@homerack/errors'
import { Document, Pair, stringify, type YAMLMap } from 'yaml'
import { wrapKey } from '../age/wrap-key.ts'
import type { Random } from './cipher.ts'
import { sealComments } from './comments.ts'
import { metadataPair, parseDocument, type SopsDocument, type SopsFormat, typeOf } from './document.ts'
import { compileRule, defaultRule, type EncryptionRule } from './rule.ts'
import { type Sealing, sealMac, sealValues } from './seal.ts'
import { nodeOf, type SopsInput, type Values } from './sops-tree.ts'
import { leavesOf } from './walk.ts'
import { writeBody, writeDocument } from './write-document.ts'

/** The version of sops whose format is written. */
const sopsVersion = '3.13.3'

export type EncryptOptions = {
  readonly format: SopsFormat
  /** age recipients, `age1…`: each of them alone can decrypt. */
  readonly recipients: readonly string[]
  /** Default: all but keys that end in `_unencrypted`. */
  readonly rule?: EncryptionRule | undefined
  /** Leave plain values out of the MAC, so that others may change them. Default: false. */
  readonly macOnlyEncrypted?: boolean
  /** The name used in faults. */
  readonly file?: string
  readonly now?: () => Date
  /** Makes the data key and the nonces. The age library has its own randomness for wrapping the data key. */
  readonly random?: Random
}

/**
 * Encrypts a plain document as sops 3.13 does. `source` is its text, whose comments and order are kept
 * (comments are encrypted too), or a tree.
 *
 * Throws E_SOPS_SYNTAX, E_SOPS_FORMAT, E_SOPS_ENCRYPTED (it already is), E_SOPS_NO_RECIPIENT, E_AGE_RECIPIENT,
 * E_SOPS_RULE.
 */
export async function encryptSops(
  source: string | { readonly [key: string]: SopsInput },
  options: EncryptOptions,
): Promise<string> {
  const { format, recipients, rule = defaultRule, file = 'the document' } = options
  const random = options.random ?? randomBytes
  const { document, values } =
    typeof source === 'string' ? fromText(source, format, file) : fromTree(source, format)
  checkRequest(document, recipients, file)
  const dataKey = random(32)
  const sealing: Sealing = { dataKey, random, isEncrypted: compileRule(rule, file), format }
  const age = await Promise.all(
    recipients.map(async (recipient) => ({ enc: await wrapKey(dataKey, recipient), recipient })),
  )
  const now = options.now?.() ?? new Date()
  const macOnlyEncrypted = options.macOnlyEncrypted ?? false
  const { mac, lastModified } = sealMac(document, values, macOnlyEncrypted, now, sealing)
  sealValues(document, values, () => true, sealing)
  sealComments(document, sealing)
  const metadata = {
    age,
    ...(rule.kind.startsWith('encrypted') && { [rule.kind]: rule.pattern }),
    lastmodified: lastModified,
    mac,
    ...(macOnlyEncrypted && { mac_only_encrypted: true }),
    ...(rule.kind.startsWith('unencrypted') && { [rule.kind]: rule.pattern }),
    version: sopsVersion,
  }
  if (format === 'yaml') return writeBody(document) + metadataText(metadata)
  document.contents.items.push(new Pair('sops', nodeOf(metadata, new Map(), format)))
  return writeDocument(document, format)
}

function fromText(
  text: string,
  format: SopsFormat,
  file: string,
): { document: SopsDocument; values: Values } {
  const document = parseDocument(text, format, file)
  const values: Values = new Map(leavesOf(document).map(({ node }) => [node, typeOf(node, format) ?? null]))
  return { document, values }
}

function fromTree(
  tree: { readonly [key: string]: SopsInput },
  format: SopsFormat,
): { document: SopsDocument; values: Values } {
  const values: Values = new Map()
  const document = new Document<YAMLMap, false>(undefined, { schema: 'failsafe' })
  document.contents = nodeOf(tree, values, format) as YAMLMap
  return { document, values }
}

function checkRequest(document: SopsDocument, recipients: readonly string[], file: string): void {
  if (metadataPair(document))
    throw new FaultError({
      code: 'E_SOPS_ENCRYPTED',
      subject: file,
      cause: 'it has a top-level key sops: it is encrypted already, or uses the name that SOPS needs',
    })
  if (recipients.length === 0)
    throw new FaultError({
      code: 'E_SOPS_NO_RECIPIENT',
      subject: file,
      cause: 'there is no age recipient to encrypt for',
      hint: 'Add `age: <public key>` to a creation rule in .sops.yaml.',
    })
}

/** The sops section byte for byte as sops lays it out, which the YAML library would indent in another way. */
function metadataText({ age, ...settings }: { age: { enc: string; recipient: string }[] }): string {
  const keys = age.flatMap(({ enc, recipient }) => [
    '        - enc: |',
    ...enc
      .trimEnd()
      .split('\n')
      .map((line) => `            ${line}`),
    `          recipient: ${recipient}`,
  ])
  const rest = Object.entries(settings).map(
    ([name, value]) => `    ${stringify({ [name]: value }, { lineWidth: 0, schema: 'yaml-1.1' }).trimEnd()}`,
  )
  return ['sops:', '    age:', ...keys, ...rest, ''].join('\n')
}
