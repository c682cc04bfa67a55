import type { Check } from './check.ts'
import { namedAddresses } from './named-addresses.ts'

/** The cluster endpoint moves between control planes, so it is nobody's own address. */
export const endpointTaken: Check = function* (view) {
  const all = namedAddresses(view)
  const endpoint = all.find(({ kind }) => kind === 'endpoint')
  const owner = all.find(({ kind, address }) => kind !== 'endpoint' && address === endpoint?.address)
  if (!endpoint || !owner) return
  const cause = `endpoint ${endpoint.text} is already the address of ${owner.owner}`
  const hint = 'The control planes pass this address to each other. Choose one that is free.'
  yield { code: 'E_ENDPOINT_TAKEN', at: endpoint.at, cause, hint, other: owner.at }
}
