import { parseNetwork } from '../units/ipv4.ts'
import type { Check } from './check.ts'
import { namedAddresses } from './named-addresses.ts'

/** No one has the network's own address or its broadcast address. */
export const addressReserved: Check = function* (view) {
  const network = parseNetwork(view.draft.network?.cidr ?? '')
  if (!network) return
  for (const { address, text, at } of namedAddresses(view)) {
    const role = address === network.first ? 'network' : address === network.last ? 'broadcast' : undefined
    if (role)
      yield {
        code: 'E_ADDRESS_RESERVED',
        at,
        cause: `${text} is the ${role} address of ${view.draft.network?.cidr}`,
      }
  }
}
