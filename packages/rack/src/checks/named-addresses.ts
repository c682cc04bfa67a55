import type { Path } from '../source/locate.ts'
import { parseAddress } from '../units/ipv4.ts'
import { entriesOf, type RackView } from './check.ts'

export type NamedAddress = {
  readonly kind: 'gateway' | 'endpoint' | 'node' | 'host' | 'appliance'
  readonly owner: string
  readonly text: string
  readonly address: number
  readonly at: Path
}

/** Every address that one thing in the house has. */
export function namedAddresses({ draft }: RackView): readonly NamedAddress[] {
  const { network, cluster, nodes, hosts, appliances } = draft
  const lists = [
    { kind: 'node', section: 'nodes', entries: entriesOf(nodes) },
    { kind: 'host', section: 'hosts', entries: entriesOf(hosts) },
    { kind: 'appliance', section: 'appliances', entries: entriesOf(appliances) },
  ] as const
  return [
    ...named('gateway', 'the gateway', network?.gateway, ['network', 'gateway']),
    ...named('endpoint', 'the cluster endpoint', cluster?.endpoint, ['cluster', 'endpoint']),
    ...lists.flatMap(({ kind, section, entries }) =>
      entries.flatMap(([index, { name, address }]) =>
        named(kind, name ?? `${section} entry ${index + 1}`, address, [section, index, 'address']),
      ),
    ),
  ]
}

function named(
  kind: NamedAddress['kind'],
  owner: string,
  text: string | undefined,
  at: Path,
): NamedAddress[] {
  const address = parseAddress(text ?? '')
  return text === undefined || address === undefined ? [] : [{ kind, owner, text, address, at }]
}
