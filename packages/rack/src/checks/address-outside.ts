import { offer } from '../schema/leaf.ts'
import { contains, parseNetwork, sameHostInside } from '../units/ipv4.ts'
import type { Check } from './check.ts'
import { namedAddresses } from './named-addresses.ts'

/** Every named address lies in the home network. */
export const addressOutside: Check = function* (view) {
  const cidr = view.draft.network?.cidr
  const network = parseNetwork(cidr ?? '')
  if (!network) return
  for (const { address, text, at } of namedAddresses(view)) {
    if (contains(network, address)) continue
    const hint = offer(sameHostInside(network, address))
    yield { code: 'E_ADDRESS_OUTSIDE', at, cause: `${text} is not in ${cidr}`, hint }
  }
}
