import type { Volume } from '@homerack/rack'
import { type ConfigDocument, document } from '../config-document.ts'
import { formatSize } from '../format-size.ts'
import type { MachineInput } from '../machine-input.ts'

/** Formatted volumes beside EPHEMERAL on the one disk, mounted at /var/mnt/<name>. */
export function userVolumeConfig({ node }: MachineInput): readonly ConfigDocument[] {
  return node.disk.volumes
    .filter(({ kind }) => kind === 'user')
    .map((volume) => document('UserVolumeConfig', { name: volume.name, provisioning: provisioning(volume) }))
}

/**
 * The remaining space is a volume with a lower bound only: Talos makes the volumes with an upper bound first
 * (internal/volumes/volumes.go, Talos v1.13.9).
 */
export function provisioning({ size }: Volume): ConfigDocument {
  const bounds =
    size === 'rest' ? { minSize: '1GiB' } : { minSize: formatSize(size), maxSize: formatSize(size) }
  return { diskSelector: { match: 'system_disk' }, ...bounds }
}
