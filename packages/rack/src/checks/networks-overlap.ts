import type { Path } from '../source/locate.ts'
import { overlaps, parseNetwork } from '../units/ipv4.ts'
import type { Check, RackView } from './check.ts'

/** The home network, the pod network and the service network are apart, or packets go astray. */
export const networksOverlap: Check = function* (view) {
  const all = networksOf(view)
  for (const [index, one] of all.entries()) {
    for (const earlier of all.slice(0, index).filter((other) => overlaps(other.network, one.network))) {
      const [here, there] = view.written(one.at) ? [one, earlier] : [earlier, one]
      const isDefault = !view.written(there.at)
      const cause = `${here.what} ${here.text} overlaps ${there.what} ${there.text}${isDefault ? ', the default' : ''}`
      const hint = 'Private networks to choose from: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16.'
      yield { code: 'E_NETWORKS_OVERLAP', at: here.at, cause, hint, ...(!isDefault && { other: there.at }) }
    }
  }
}

function networksOf({ draft }: RackView) {
  const { network, cluster } = draft
  const all: readonly (readonly [string, string | undefined, Path])[] = [
    ['the home network', network?.cidr, ['network', 'cidr']],
    ['the pod network', cluster?.pods, ['cluster', 'pods']],
    ['the service network', cluster?.services, ['cluster', 'services']],
  ]
  return all.flatMap(([what, text, at]) => {
    const parsed = parseNetwork(text ?? '')
    return text === undefined || !parsed ? [] : [{ what, text, at, network: parsed }]
  })
}
