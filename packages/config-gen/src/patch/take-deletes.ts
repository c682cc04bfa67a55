import { isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml'
import type { DocumentId } from '../config-types/document-id.ts'
import type { ReadContext } from '../config-types/read-fields.ts'
import type { PatchStep } from './config-patch.ts'

/** Where a node stands: below which fields, as a list's member, somewhere below a list's member. */
type Position = { readonly path: readonly string[]; readonly member: boolean; readonly inList: boolean }

/**
 * Takes every `$patch: delete` out of a document, in the order in which they are written, and says whether
 * nothing to merge remains (internal/decoder/delete.go, Talos v1.13.9).
 */
export function takeDeletes(
  root: YAMLMap,
  id: DocumentId,
  context: ReadContext,
): { deletes: PatchStep[]; empty: boolean } {
  const deletes: PatchStep[] = []
  const fault = (node: unknown, cause: string) => {
    const place = context.source.placeOf(node)
    context.faults.push({ code: 'E_PATCH_DELETE', subject: context.source.file, cause, place })
  }

  /** True if the node vanishes from the patch. */
  const take = (node: unknown, at: Position): boolean => {
    if (isSeq(node)) {
      const below = { path: at.path, member: true, inList: at.inList || at.member }
      return takeItems(node.items, (item) => take(item, below))
    }
    if (!isMap(node)) return false
    if (isDelete(node)) {
      addDelete(node, at)
      return true
    }
    const inList = at.inList || at.member
    return takeItems(node.items, (pair) =>
      take(pair.value, { path: [...at.path, keyOf(pair)], member: false, inList }),
    )
  }

  const addDelete = (node: YAMLMap, { path, member, inList }: Position) => {
    const place = context.source.placeOf(node)
    const finder = member ? node.items.find((pair) => keyOf(pair) !== '$patch') : undefined
    if (inList)
      return fault(node, 'fields inside a member of a list cannot be deleted, only the whole member')
    if (member && !finder) return fault(node, 'name a field that finds the member, beside $patch: delete')
    if (path.length === 0 && id.kind === 'v1alpha1')
      return fault(node, 'the v1alpha1 document cannot be deleted')
    const found = finder && { key: keyOf(finder), value: scalarText(finder.value) }
    deletes.push({ do: 'delete', id, path, member: found, place })
  }

  const vanished = take(root, { path: [], member: false, inList: false })
  return { deletes, empty: vanished || isOnlyIdentity(root) }
}

/** Removes the items that vanish; true if none is left of some. */
function takeItems<Item>(items: Item[], vanishes: (item: Item) => boolean): boolean {
  const kept = items.filter((item) => !vanishes(item))
  const emptied = items.length > 0 && kept.length === 0
  items.splice(0, items.length, ...kept)
  return emptied
}

function isDelete(node: YAMLMap): boolean {
  return node.items.some((pair) => keyOf(pair) === '$patch' && scalarText(pair.value) === 'delete')
}

/** Talos counts `apiVersion` as something to merge, and does so: it makes `always` fields empty. */
function isOnlyIdentity(root: YAMLMap): boolean {
  return root.items.every((pair) => ['version', 'kind', 'name'].includes(keyOf(pair)) && isScalar(pair.value))
}

function keyOf(pair: Pair): string {
  return scalarText(pair.key)
}

function scalarText(node: unknown): string {
  return isScalar(node) ? (node.source ?? String(node.value)) : String(node)
}
