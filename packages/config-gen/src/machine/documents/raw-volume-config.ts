import { type ConfigDocument, document } from '../config-document.ts'
import type { MachineInput } from '../machine-input.ts'
import { provisioning } from './user-volume-config.ts'

/** Partitions without a file system, labelled r-<name>, for storage that wants block devices. */
export function rawVolumeConfig({ node }: MachineInput): readonly ConfigDocument[] {
  return node.disk.volumes
    .filter(({ kind }) => kind === 'raw')
    .map((volume) => document('RawVolumeConfig', { name: volume.name, provisioning: provisioning(volume) }))
}
