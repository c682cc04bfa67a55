import { overlaps } from '../units/ipv4.ts'
import type { Check } from './check.ts'
import { poolsOf } from './pools.ts'

/** The router does not lease what services receive. */
export const poolsOverlap: Check = function* (view) {
  const [a, b] = poolsOf(view).filter(({ first, last }) => first <= last)
  if (!a || !b || !overlaps(a, b)) return
  const cause = `${b.key} ${b.text} overlaps ${a.key} ${a.text}`
  yield { code: 'E_POOLS_OVERLAP', at: ['network', b.key], cause, other: ['network', a.key] }
}
