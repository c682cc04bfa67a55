import { contains, parseRange } from '../units/ipv4.ts'
import type { Check } from './check.ts'
import { namedAddresses } from './named-addresses.ts'

/** Addresses of the load-balancer pool are handed to services, so nothing else has one. */
export const loadBalancerPool: Check = function* (view) {
  const text = view.draft.network?.loadBalancers
  const pool = parseRange(text ?? '')
  if (!pool) return
  for (const { address, text: own, at } of namedAddresses(view)) {
    if (!contains(pool, address)) continue
    const cause = `${own} is in the load-balancer pool ${text}`
    yield { code: 'E_ADDRESS_IN_LOAD_BALANCERS', at, cause, other: ['network', 'loadBalancers'] }
  }
}
