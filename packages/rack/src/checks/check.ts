import type { Finding } from '../finding.ts'
import type { RackDraft } from '../schema/draft.ts'
import type { Path } from '../source/locate.ts'

/** What a cross-check sees: what could be understood of the file, with nodeDefaults merged into the nodes. */
export type RackView = {
  readonly draft: RackDraft
  /** Whether something stands at a path, even if the schema refused it. Only then is a part really missing. */
  readonly written: (path: Path) => boolean
}

/** One rule about parts that must fit each other. It is pure and reports every breach. */
export type Check = (view: RackView) => Iterable<Finding>

/** The entries of a list that could be understood, with their index in the file. */
export function entriesOf<T>(
  list: readonly (T | undefined)[] | undefined,
): readonly (readonly [number, T])[] {
  return (list ?? []).flatMap((entry, index) => (entry === undefined ? [] : [[index, entry] as const]))
}

export type Mention = { readonly value: string | number; readonly owner: string; readonly at: Path }

/** Every mention that repeats an earlier one, with the first. */
export function repeated(mentions: readonly Mention[]): readonly { first: Mention; again: Mention }[] {
  const firsts = new Map<string | number, Mention>()
  return mentions.flatMap((again) => {
    const first = firsts.get(again.value)
    if (!first) firsts.set(again.value, again)
    return first ? [{ first, again }] : []
  })
}
