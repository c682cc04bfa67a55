import type { AllowedBoard, AllowList } from '../boards/allow-list.ts'
import type { BootTree } from './boot-tree.ts'

/** Whose file a TFTP name asks for. `bytes` is undefined for a name that the boot folder lacks. */
export type FoundFile =
  | { readonly kind: 'file'; readonly board: AllowedBoard; readonly bytes: Uint8Array | undefined }
  | { readonly kind: 'unknown-board'; readonly prefix?: string }

export type FileFinder = (name: string, client: string) => FoundFile

const PREFIX = /^([0-9a-f]{8}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5})\/(.+)$/i

/**
 * Finds files by name. Names carry the board's serial (`9ffefdef/config.txt`); a name without one belongs to
 * the board that last asked with its serial from the same address, because firmware may drop the prefix.
 */
export function createFileFinder(tree: () => BootTree, boards: AllowList): FileFinder {
  const addresses = new Map<string, AllowedBoard>()
  return (name, client) => {
    const [, prefix, rest] = PREFIX.exec(name) ?? []
    const board = prefix === undefined ? addresses.get(client) : boards.byPrefix(prefix)
    if (!board) return prefix === undefined ? { kind: 'unknown-board' } : { kind: 'unknown-board', prefix }
    if (prefix !== undefined) remember(addresses, client, board)
    return { kind: 'file', board, bytes: tree().get(rest ?? name) }
  }
}

/** One address per board: after a new lease, the old address may be someone else's. */
function remember(addresses: Map<string, AllowedBoard>, client: string, board: AllowedBoard): void {
  if (addresses.get(client) === board) return
  for (const [address, other] of addresses) if (other === board) addresses.delete(address)
  addresses.set(client, board)
}
