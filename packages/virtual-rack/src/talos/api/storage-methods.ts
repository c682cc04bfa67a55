import { storage } from '@homerack/talos/protocol'
import { discardNvme } from '../../disk/nvme.ts'
import { type Call, refuse } from './call.ts'
import type { Implement } from './forward.ts'

type Methods = ReturnType<Implement<typeof storage.StorageService>>

/** Disks, and wiping them. */
export function storageMethods({ node }: Call): Methods {
  return {
    disks() {
      const { size, model, serial } = node.board.disk
      const disk = {
        size: BigInt(size),
        model,
        serial,
        deviceName: '/dev/nvme0n1',
        type: storage.Disk_DiskType.NVME,
        busPath: '/axi/1000110000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0/nvme',
        systemDisk: true,
        subsystem: '/sys/class/block',
      }
      return { messages: [{ disks: [disk] }] }
    },
    async blockDeviceWipe({ devices }) {
      for (const { device, skipVolumeCheck, dropPartition } of devices) {
        if (device === 'nvme0n1') {
          if (!skipVolumeCheck)
            throw refuse('FailedPrecondition', 'block device "nvme0n1" is in use by volume "META"')
          await discardNvme(node.diskPath)
          continue
        }
        const partition = node.state().partitions.find(({ number }) => device === `nvme0n1p${number}`)
        if (!partition) throw refuse('NotFound', `block device "${device}" not found`)
        if (!skipVolumeCheck)
          throw refuse(
            'FailedPrecondition',
            `block device "${device}" is in use by volume "${partition.name}"`,
          )
        await node.disk.wipe(partition.name, dropPartition)
        node.update({ partitions: await node.disk.partitions() })
      }
      return { messages: [{}] }
    },
  }
}
