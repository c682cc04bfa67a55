import { type Check, entriesOf, repeated } from './check.ts'

/** One slot holds one board. */
export const duplicateSlots: Check = function* ({ draft }) {
  const mentions = entriesOf(draft.nodes).flatMap(([index, { name, slot }]) =>
    slot === undefined ? [] : [{ value: slot, owner: name ?? 'another node', at: ['nodes', index, 'slot'] }],
  )
  for (const { first, again } of repeated(mentions)) {
    const cause = `slot ${again.value} already holds ${first.owner}`
    yield { code: 'E_DUPLICATE_SLOT', at: again.at, cause, other: first.at }
  }
}
