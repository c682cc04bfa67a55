import { toAddress, toNumber } from '../rack/ipv4.ts'
import type { RackSpec } from '../rack/rack-spec.ts'

/**
 * The address that the router leases to a MAC: always the same one, as home routers do in practice. Undefined
 * for a stranger and when the pool is used up.
 */
export function leaseFor(
  spec: Pick<RackSpec, 'boards' | 'network' | 'operator' | 'vip'>,
  mac: string,
): string | undefined {
  const { from, to } = spec.network.leases
  const taken = [spec.network.gateway, spec.operator.address, spec.vip]
  const pool: string[] = []
  for (let value = toNumber(from); value <= toNumber(to); value++) {
    if (!taken.includes(toAddress(value))) pool.push(toAddress(value))
  }
  const index = spec.boards.findIndex((board) => board.mac === mac)
  return index < 0 ? undefined : pool[index]
}
