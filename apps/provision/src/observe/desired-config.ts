import { formatMachineConfig, generateMachineConfig, talosContract } from '@homerack/config-gen'
import type { RackNode } from '@homerack/rack'
import type { Secret } from '@homerack/secrets'
import type { Reach } from '../site/site.ts'

/** The machine config that the file asks for, as YAML. The same every time for the same file and bundle. */
export async function desiredConfig(
  { rack, bundle }: Pick<Reach, 'rack' | 'bundle'>,
  node: RackNode,
): Promise<Secret> {
  const contract = talosContract(rack.cluster.talos)
  return formatMachineConfig(generateMachineConfig({ rack, node, bundle, contract }))
}
