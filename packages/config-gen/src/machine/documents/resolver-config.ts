import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

export function resolverConfig({ rack, contract }: MachineInput): readonly ConfigDocument[] {
  const { dns, domain } = rack.network
  return [
    document('ResolverConfig', {
      nameservers: dns.map((address) => ({ address })),
      searchDomains: { domains: [domain] },
      ...(contract.hostDnsInResolver && { hostDNS: { enabled: true, forwardKubeDNSToHost: true } }),
    }),
  ]
}
