import { createClient } from '@connectrpc/connect'
import { type CallOptions, only } from '../connection/caller.ts'
import { Disk_DiskType as DiskType, StorageService } from '../gen/storage/storage_pb.js'
import type { Link } from './link.ts'

export type NodeDisk = {
  /** `/dev/nvme0n1` */
  device: string
  /** Bytes. */
  size: number
  model: string
  serial: string
  wwid: string
  type: string
  busPath: string
  systemDisk: boolean
  readOnly: boolean
}

export type WipeRequest = {
  /** Without `/dev/`. */
  readonly device: string
  readonly method?: 'fast' | 'zeroes'
  /** Also when the device holds volumes that are in use: the remote cure for a stale system disk. */
  readonly skipVolumeCheck?: boolean
  readonly skipSecondaryCheck?: boolean
  readonly dropPartition?: boolean
}

/** Works in maintenance mode too. */
export function storageCalls({ address, transport, caller }: Link) {
  const storage = createClient(StorageService, transport)
  return {
    disks: async (options?: CallOptions): Promise<NodeDisk[]> => {
      const { messages } = await caller.read('Disks', (wire) => storage.disks({}, wire), options)
      return only(messages, address, 'Disks').disks.map((disk) => ({
        device: disk.deviceName,
        size: Number(disk.size),
        model: disk.model,
        serial: disk.serial,
        wwid: disk.wwid,
        type: (DiskType[disk.type] ?? 'unknown').toLowerCase(),
        busPath: disk.busPath,
        systemDisk: disk.systemDisk,
        readOnly: disk.readonly,
      }))
    },

    wipeBlockDevice: async (request: WipeRequest, options?: CallOptions): Promise<void> => {
      const { device, method = 'fast', skipVolumeCheck, skipSecondaryCheck, dropPartition } = request
      const descriptor = {
        device,
        method: { fast: 0, zeroes: 1 }[method],
        skipVolumeCheck: skipVolumeCheck ?? false,
        skipSecondaryCheck: skipSecondaryCheck ?? false,
        dropPartition: dropPartition ?? false,
      }
      await caller.write(
        'BlockDeviceWipe',
        (wire) => storage.blockDeviceWipe({ devices: [descriptor] }, wire),
        options,
      )
    },
  }
}
