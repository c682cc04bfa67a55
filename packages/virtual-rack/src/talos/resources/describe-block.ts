import type { Partition } from '@homerack/flasher'
import type { TalosNode } from '../talos-node.ts'
import type { ResourceEntry } from './resource-store.ts'

const device = 'nvme0n1'
const runtime = { namespace: 'runtime' }
const sector = 512

/** The NVMe, its partitions, and the volumes that Talos keeps on it. */
export function describeBlock(node: TalosNode): ResourceEntry[] {
  const { partitions, failedVolumes } = node.state()
  const { size, serial, model } = node.board.disk
  const disk = {
    dev_path: `/dev/${device}`,
    size,
    pretty_size: prettySize(size),
    io_size: sector,
    sector_size: sector,
    readonly: false,
    cdrom: false,
    model,
    serial: node.world.faults.has('wrong-disk-serial', node.board.name) ? wrongSerial(serial) : serial,
    bus_path: '/axi/1000110000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0/nvme',
    sub_system: '/sys/class/block',
    transport: 'nvme',
  }
  return [
    { ...runtime, type: 'Disks.block.talos.dev', id: device, spec: disk },
    {
      ...runtime,
      type: 'SystemDisks.block.talos.dev',
      id: 'system-disk',
      spec: { diskID: device, devPath: `/dev/${device}` },
    },
    {
      ...runtime,
      type: 'DiscoveredVolumes.block.talos.dev',
      id: device,
      spec: {
        dev_path: `/dev/${device}`,
        type: 'disk',
        device_path: disk.bus_path,
        offset: 0,
        size,
        pretty_size: disk.pretty_size,
        name: 'gpt',
      },
    },
    ...partitions.map(discoveredVolume),
    ...partitions.filter(({ name }) => isVolume(name)).map((partition) => volumeStatus(partition, 'ready')),
    ...failedVolumes.map(({ label, cause }) => ({
      ...runtime,
      type: 'VolumeStatuses.block.talos.dev',
      id: label,
      spec: { phase: 'failed', type: 'partition', errorMessage: cause },
    })),
  ]
}

/** What a disk says when it is not the one that was expected. */
export function wrongSerial(serial: string): string {
  return `${serial.slice(0, -1)}${serial.endsWith('X') ? 'Y' : 'X'}`
}

function discoveredVolume(partition: Partition): ResourceEntry {
  const size = sizeOf(partition)
  const id = `${device}p${partition.number}`
  return {
    ...runtime,
    type: 'DiscoveredVolumes.block.talos.dev',
    id,
    spec: {
      dev_path: `/dev/${id}`,
      type: 'partition',
      device_path: '',
      parent: device,
      parent_dev_path: `/dev/${device}`,
      offset: partition.firstBlock * sector,
      size,
      pretty_size: prettySize(size),
      sector_size: sector,
      io_size: sector,
      name: filesystemOf(partition.name),
      partition_uuid: partition.guid,
      partition_type: partition.type,
      partition_label: partition.name,
      partition_index: partition.number,
    },
  }
}

function volumeStatus(partition: Partition, phase: string): ResourceEntry {
  const size = sizeOf(partition)
  return {
    ...runtime,
    type: 'VolumeStatuses.block.talos.dev',
    id: partition.name,
    spec: {
      phase,
      type: 'partition',
      location: `/dev/${device}p${partition.number}`,
      mountLocation: `/dev/${device}p${partition.number}`,
      partitionIndex: partition.number,
      parentLocation: `/dev/${device}`,
      partitionUUID: partition.guid,
      size,
      prettySize: prettySize(size),
      filesystem: filesystemOf(partition.name) || 'none',
    },
  }
}

function isVolume(name: string): boolean {
  return ['META', 'STATE', 'EPHEMERAL'].includes(name) || /^[ur]-/.test(name)
}

function filesystemOf(name: string): string {
  if (name === 'EFI') return 'vfat'
  return name === 'BIOS' || name === 'META' || name.startsWith('r-') ? '' : 'xfs'
}

function sizeOf({ firstBlock, lastBlock }: Partition): number {
  return (lastBlock - firstBlock + 1) * sector
}

/** `1.0 TB`, decimal as Talos prints it. */
export function prettySize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`
}
