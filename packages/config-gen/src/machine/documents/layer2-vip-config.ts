import { type ConfigDocument, document } from '../config-document.ts'
import { isControlPlane, type MachineInput } from '../machine-input.ts'
import { link } from '../pi5.ts'

/** The address that the control planes share, held by the one that etcd elects. */
export function layer2VipConfig(input: MachineInput): readonly ConfigDocument[] {
  if (!isControlPlane(input)) return []
  return [document('Layer2VIPConfig', { name: input.rack.cluster.endpoint, link })]
}
