import { type Check, repeated } from './check.ts'
import { namedAddresses } from './named-addresses.ts'

/** No two things have one address. The cluster endpoint has its own rule. */
export const duplicateAddresses: Check = function* (view) {
  const mentions = namedAddresses(view)
    .filter(({ kind }) => kind !== 'endpoint')
    .map(({ text, owner, at }) => ({ value: text, owner, at }))
  for (const { first, again } of repeated(mentions)) {
    const cause = `${again.value} is already the address of ${first.owner}`
    yield { code: 'E_DUPLICATE_ADDRESS', at: again.at, cause, other: first.at }
  }
}
