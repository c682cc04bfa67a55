import { type Check, entriesOf, repeated } from './check.ts'

/** No two nodes have one network card. */
export const duplicateMacs: Check = function* ({ draft }) {
  const mentions = entriesOf(draft.nodes).flatMap(([index, { name, mac }]) => {
    const value = mac?.toLowerCase().replaceAll('-', ':')
    return value === undefined ? [] : [{ value, owner: name ?? 'another node', at: ['nodes', index, 'mac'] }]
  })
  for (const { first, again } of repeated(mentions)) {
    const cause = `${again.value} is already the MAC address of ${first.owner}`
    yield { code: 'E_DUPLICATE_MAC', at: again.at, cause, other: first.at }
  }
}
