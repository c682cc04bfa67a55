import { contains, parseRange } from '../units/ipv4.ts'
import type { Check } from './check.ts'
import { namedAddresses } from './named-addresses.ts'

/** The router may give away any address of its pool, so no node and not the endpoint may lie in it. */
export const dhcpPool: Check = function* (view) {
  const text = view.draft.network?.dhcpPool
  const pool = parseRange(text ?? '')
  if (!pool) return
  for (const { kind, address, text: own, at } of namedAddresses(view)) {
    if ((kind !== 'node' && kind !== 'endpoint') || !contains(pool, address)) continue
    const cause = `${own} is in the DHCP pool ${text}`
    const hint = 'Choose an address outside the pool, or make the pool of the router smaller.'
    yield { code: 'E_ADDRESS_IN_DHCP_POOL', at, cause, hint, other: ['network', 'dhcpPool'] }
  }
}
