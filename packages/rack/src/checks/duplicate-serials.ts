import { type Check, entriesOf, repeated } from './check.ts'

/** No two nodes are one board. */
export const duplicateSerials: Check = function* ({ draft }) {
  const mentions = entriesOf(draft.nodes).flatMap(([index, { name, serial }]) => {
    const value = serial?.toLowerCase()
    return value === undefined
      ? []
      : [{ value, owner: name ?? 'another node', at: ['nodes', index, 'serial'] }]
  })
  for (const { first, again } of repeated(mentions)) {
    const cause = `${again.value} is already the board serial of ${first.owner}`
    yield { code: 'E_DUPLICATE_SERIAL', at: again.at, cause, other: first.at }
  }
}
