import { isControlPlane, type MachineInput } from '../machine-input.ts'

/**
 * Keeps load balancers away from control planes, unless these run the workloads: MetalLB and Cilium would
 * then announce services from nowhere.
 */
export function controlPlaneLabels(input: MachineInput): Readonly<Record<string, string>> {
  if (!isControlPlane(input) || input.rack.cluster.allowSchedulingOnControlPlanes) return {}
  return { 'node.kubernetes.io/exclude-from-external-load-balancers': '' }
}
