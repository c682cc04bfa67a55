import { parseRange, type Span } from '../units/ipv4.ts'
import type { RackView } from './check.ts'

export type Pool = Span & { readonly key: 'loadBalancers' | 'dhcpPool'; readonly text: string }

/** The address pools of the home network, as written. */
export function poolsOf({ draft }: RackView): readonly Pool[] {
  return (['loadBalancers', 'dhcpPool'] as const).flatMap((key) => {
    const text = draft.network?.[key]
    const span = parseRange(text ?? '')
    return text === undefined || !span ? [] : [{ ...span, key, text }]
  })
}
