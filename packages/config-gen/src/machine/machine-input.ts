import type { Rack, RackNode } from '@homerack/rack'
import type { TalosContract } from '../contract/talos-contract.ts'
import type { SecretsBundle } from '../secrets/secrets-bundle.ts'

/** What every document of a machine config is made from. */
export type MachineInput = {
  readonly rack: Rack
  readonly node: RackNode
  readonly bundle: SecretsBundle
  readonly contract: TalosContract
}

export function isControlPlane({ node }: Pick<MachineInput, 'node'>): boolean {
  return node.role === 'controlplane'
}

/** The Kubernetes API through the address that the control planes share. */
export function clusterEndpoint({ rack }: Pick<MachineInput, 'rack'>): string {
  return `https://${rack.cluster.endpoint}:6443`
}
