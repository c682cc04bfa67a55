import { offer } from '../schema/leaf.ts'
import { contains, formatAddress, parseNetwork, sameHostInside } from '../units/ipv4.ts'
import type { Check } from './check.ts'
import { poolsOf } from './pools.ts'

/** Pools lie in the home network. */
export const poolOutside: Check = function* (view) {
  const cidr = view.draft.network?.cidr
  const network = parseNetwork(cidr ?? '')
  if (!network) return
  for (const { key, text, first, last } of poolsOf(view)) {
    if (contains(network, first) && contains(network, last)) continue
    const ends = [first, last].map((end) =>
      contains(network, end) ? formatAddress(end) : sameHostInside(network, end),
    )
    const hint = offer(ends.every((end) => end !== undefined) ? ends.join('-') : undefined)
    yield { code: 'E_POOL_OUTSIDE', at: ['network', key], cause: `${key} ${text} is not in ${cidr}`, hint }
  }
}
