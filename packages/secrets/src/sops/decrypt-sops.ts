import { isNode, isScalar, visit } from 'yaml'
import { Secret } from '../secret.ts'
import { looksEncrypted } from './cipher.ts'
import { openComments } from './comments.ts'
import { metadataPair, type SopsDocument, type SopsFormat, scalarOf } from './document.ts'
import { assignScalar } from './edit-document.ts'
import { type Opened, type OpenOptions, openSops } from './open.ts'
import type { EncryptionRule } from './rule.ts'
import { type SopsTree, treeOf, type Values } from './sops-tree.ts'
import { leavesOf } from './walk.ts'
import { writeDocument } from './write-document.ts'

export type DecryptedSops = {
  /** Every value that is encrypted in the file is a Secret; the others are plain. */
  readonly tree: SopsTree
  /** The whole document decrypted, comments included, in the same format. */
  readonly plaintext: Secret
  /** The age recipients that can open the file. */
  readonly recipients: readonly string[]
  readonly rule: EncryptionRule
  readonly macOnlyEncrypted: boolean
  /** RFC 3339. */
  readonly lastModified: string
}

/**
 * Decrypts a SOPS document and verifies its MAC, as sops 3.13 does.
 *
 * Throws, collected where there can be several:
 * E_SOPS_SYNTAX, E_SOPS_FORMAT (several documents, aliases, tags: not supported), E_SOPS_NOT_ENCRYPTED,
 * E_SOPS_TRUNCATED, E_SOPS_KEY_GROUPS, E_SOPS_RULE, E_SOPS_NO_IDENTITY, E_SOPS_WRONG_RECIPIENT,
 * E_SOPS_VALUE (a value was changed, moved, or is plain), E_SOPS_MAC.
 */
export async function decryptSops(text: string, options: OpenOptions): Promise<DecryptedSops> {
  const opened = await openSops(text, options)
  const { document, metadata, isEncrypted, values } = opened
  const secrets = new Set(leavesOf(document).flatMap(({ node, path }) => (isEncrypted(path) ? [node] : [])))
  const { sops: _, ...tree } = treeOf(document.contents, values, (node) => secrets.has(node)) as SopsTree
  return {
    tree,
    plaintext: new Secret(plaintextOf(opened, options.format)),
    recipients: metadata.age.map(({ recipient }) => recipient),
    rule: metadata.rule,
    macOnlyEncrypted: metadata.macOnlyEncrypted,
    lastModified: metadata.lastModified,
  }
}

/** Turns the document into plain text. It is of no use afterwards. */
function plaintextOf({ document, values, dataKey }: Opened, format: SopsFormat): string {
  const metadata = metadataPair(document)
  document.contents.items = document.contents.items.filter((pair) => pair !== metadata)
  const trailing = isScalar(metadata?.key) ? metadata.key.commentBefore : undefined
  if (trailing) document.comment = [document.comment, trailing].filter(Boolean).join('\n')
  listComments(document, values)
  openComments(document, dataKey)
  for (const [node, value] of values)
    if (looksEncrypted(String(node.value))) assignScalar(node, scalarOf(value, format))
  return writeDocument(document, format)
}

/** sops writes an encrypted comment in a list as an item of its own; here it becomes a comment again. */
function listComments(document: SopsDocument, values: Values): void {
  visit(document.contents, {
    Seq: (_, list) => {
      let pending: string[] = []
      const items: unknown[] = []
      for (const item of list.items) {
        const value = isScalar(item) ? values.get(item) : undefined
        if (value?.type === 'comment') pending.push(value.bytes.toString('utf8'))
        else {
          if (pending.length > 0 && isNode(item)) item.commentBefore = pending.join('\n')
          pending = []
          items.push(item)
        }
      }
      if (pending.length > 0) list.comment = pending.join('\n')
      list.items = items
    },
  })
}
