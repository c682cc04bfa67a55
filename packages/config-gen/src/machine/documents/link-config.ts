import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'
import { link } from '../pi5.ts'

/** A fixed address and the default route. Configuring the link switches DHCP off on it. */
export function linkConfig({ rack, node }: MachineInput): readonly ConfigDocument[] {
  const prefix = rack.network.cidr.split('/')[1]
  return [
    document('LinkConfig', {
      name: link,
      up: true,
      addresses: [{ address: `${node.address}/${prefix}` }],
      routes: [{ gateway: rack.network.gateway }],
    }),
  ]
}
