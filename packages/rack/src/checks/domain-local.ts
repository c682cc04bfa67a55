import type { Check } from './check.ts'

/** `.local` is resolved by multicast DNS (RFC 6762) and does not reach the name server of the house. */
export const domainLocal: Check = function* ({ draft }) {
  const domain = draft.network?.domain
  if (domain === undefined || !/(^|\.)local$/.test(domain)) return
  const cause = `domain ${domain} belongs to multicast DNS, so names in it may not resolve`
  yield {
    code: 'W_DOMAIN_LOCAL',
    at: ['network', 'domain'],
    cause,
    hint: 'home.arpa is reserved for homes (RFC 8375).',
  }
}
