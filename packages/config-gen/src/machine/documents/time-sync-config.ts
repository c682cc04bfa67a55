import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'

/** A Pi 5 has no clock battery by default, so nothing works before the time is known. */
export function timeSyncConfig({ rack }: MachineInput): readonly ConfigDocument[] {
  return [document('TimeSyncConfig', { ntp: { servers: rack.network.ntp } })]
}
