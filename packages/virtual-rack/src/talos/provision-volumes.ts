import type { MachineConfig } from './machine-config.ts'
import type { TalosNode } from './talos-node.ts'

/**
 * Makes the volumes that a config asks for and the disk does not have.
 *
 * @returns why a volume that Talos cannot be without could not be made
 */
export async function provisionVolumes(node: TalosNode, config: MachineConfig): Promise<string | undefined> {
  const failedVolumes = await node.disk.provision(config.volumes)
  node.update({ failedVolumes, partitions: await node.disk.partitions() })
  const system = failedVolumes.find(({ label }) => label === 'STATE' || label === 'EPHEMERAL')
  return system && `volume ${system.label}: ${system.cause}`
}
