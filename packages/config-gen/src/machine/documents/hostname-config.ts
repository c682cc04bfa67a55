import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

/** The node's name; `auto` must be off where one is set. */
export function hostnameConfig({ node }: MachineInput): readonly ConfigDocument[] {
  return [document('HostnameConfig', { auto: 'off', hostname: node.name })]
}
