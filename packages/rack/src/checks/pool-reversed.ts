import { formatAddress } from '../units/ipv4.ts'
import type { Check } from './check.ts'
import { poolsOf } from './pools.ts'

/** A pool starts before it ends. */
export const poolReversed: Check = function* (view) {
  for (const { key, text, first, last } of poolsOf(view)) {
    if (first <= last) continue
    const hint = `Did you mean ${formatAddress(last)}-${formatAddress(first)}?`
    yield {
      code: 'E_POOL_REVERSED',
      at: ['network', key],
      cause: `${key} ${text} ends before it starts`,
      hint,
    }
  }
}
