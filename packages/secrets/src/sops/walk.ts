import { isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml'
import { keyText, type SopsDocument } from './document.ts'

/** A scalar value, the keys above it, and the same with list positions for people to read. */
export type Leaf = { node: Scalar; path: readonly string[]; label: string }

/** Every scalar value in the order of the file, without the SOPS metadata: the order of the MAC. */
export function leavesOf(document: SopsDocument): Leaf[] {
  return document.contents.items
    .filter(({ key }) => keyText(key) !== 'sops')
    .flatMap(({ key, value }) => leavesBelow(value, [keyText(key)], keyText(key)))
}

function leavesBelow(node: unknown, path: readonly string[], label: string): Leaf[] {
  if (isScalar(node)) return [{ node, path, label }]
  if (isSeq(node)) return node.items.flatMap((item, index) => leavesBelow(item, path, `${label}[${index}]`))
  if (!isMap(node)) return []
  return node.items.flatMap(({ key, value }) =>
    leavesBelow(value, [...path, keyText(key)], `${label}.${keyText(key)}`),
  )
}

/**
 * Rewrites every comment line. `path` is that of the mapping or list the comment stands in, which is what SOPS
 * binds the ciphertext of a comment to. Blank lines between comments are kept.
 */
export function rewriteComments(
  document: SopsDocument,
  rewrite: (line: string, path: readonly string[]) => string,
): void {
  const change = (holder: Commented, path: readonly string[]) => {
    for (const side of ['commentBefore', 'comment'] as const) {
      const text = holder[side]
      if (text)
        holder[side] = text
          .split('\n')
          .map((line) => (line.trim() === '' ? line : rewrite(line, path)))
          .join('\n')
    }
  }
  const descend = (node: unknown, path: readonly string[], above: readonly string[]) => {
    if (isScalar(node)) return change(node, above)
    if (!isMap(node) && !isSeq(node)) return
    change(node, path)
    for (const item of node.items) {
      if (!isMap(node)) descend(item, path, path)
      else if ('key' in (item as object)) descendPair(item as { key: unknown; value: unknown }, path)
    }
  }
  const descendPair = ({ key, value }: { key: unknown; value: unknown }, path: readonly string[]) => {
    if (isScalar(key)) change(key, path)
    if (path.length > 0 || keyText(key) !== 'sops') descend(value, [...path, keyText(key)], path)
  }
  change(document, [])
  descend(document.contents, [], [])
}

type Commented = Pick<Node | SopsDocument, 'comment' | 'commentBefore'>
