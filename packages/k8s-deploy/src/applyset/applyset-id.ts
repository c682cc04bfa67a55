import { createHash } from 'node:crypto'

/**
 * The ID of an ApplySet with a parent in the core group or another (KEP-3659, "ApplySet ID"): a version 1 ID is
 * the unpadded base64url SHA-256 of name, namespace, kind and group, with dots between.
 */
export function applySetId(parent: { name: string; namespace: string; kind: string; group: string }): string {
  const text = [parent.name, parent.namespace, parent.kind, parent.group].join('.')
  return `applyset-${createHash('sha256').update(text).digest('base64url')}-v1`
}
