import type { Fault } from '@homerack/errors'
import type { Assignment, DiskContent, DiskFound, Inventory } from '../protocol/schemas.ts'

/** Whether an assignment may be carried out, and on which disk. */
export type WritePlan =
  | { readonly kind: 'write'; readonly disk: DiskFound }
  | { readonly kind: 'refused'; readonly faults: readonly Fault[] }

/**
 * Decides from what a board found whether an assignment may be written. Pure. The disk must be the one that was
 * named, by serial and size; large enough; writable; not in use; and empty, unless erasing was agreed to. A disk
 * that an interrupted write of homerack left behind counts as empty.
 *
 * Refusals: E_DISK_MISSING, E_DISK_SERIAL, E_DISK_AMBIGUOUS, E_DISK_SIZE, E_DISK_TOO_SMALL, E_DISK_SECTOR_SIZE,
 * E_DISK_READ_ONLY, E_DISK_IN_USE, E_DISK_NOT_EMPTY.
 */
export function planWrite(inventory: Inventory, assignment: Assignment): WritePlan {
  const { disk: wanted, image, erase } = assignment
  const fault = (code: Fault['code'], cause: string, hint?: string): Fault => ({
    code,
    subject: inventory.serial,
    cause,
    hint,
  })
  const named = inventory.disks.filter((disk) => disk.serial === wanted.serial)
  const [disk] = named
  if (!disk) return { kind: 'refused', faults: [missing(inventory, wanted.serial, fault)] }
  if (named.length > 1) {
    const cause = `${named.length} disks have the serial ${wanted.serial}: ${named.map(describeDisk).join('; ')}`
    return { kind: 'refused', faults: [fault('E_DISK_AMBIGUOUS', cause)] }
  }

  const faults: Fault[] = []
  const is = describeDisk(disk)
  if (disk.size !== wanted.size)
    faults.push(fault('E_DISK_SIZE', `${is} has ${disk.size} bytes, the plan says ${wanted.size}`))
  if (disk.size < image.size)
    faults.push(fault('E_DISK_TOO_SMALL', `${is} has ${disk.size} bytes, the image needs ${image.size}`))
  if (disk.sectorSize !== 512)
    faults.push(
      fault('E_DISK_SECTOR_SIZE', `${is} has sectors of ${disk.sectorSize} bytes, the image is for 512`),
    )
  if (disk.readOnly) faults.push(fault('E_DISK_READ_ONLY', `${is} is read-only`))
  if (disk.inUse) faults.push(fault('E_DISK_IN_USE', `${is} is in use: ${disk.inUse}`))
  if (!erase && disk.content.kind !== 'empty' && disk.content.kind !== 'interrupted')
    faults.push(
      fault('E_DISK_NOT_EMPTY', `${is} has ${describeContent(disk.content)}`, 'Nothing was written.'),
    )
  return faults.length > 0 ? { kind: 'refused', faults } : { kind: 'write', disk }
}

function missing(
  { disks }: Inventory,
  serial: string,
  fault: (code: Fault['code'], cause: string, hint?: string) => Fault,
): Fault {
  if (disks.length === 0)
    return fault(
      'E_DISK_MISSING',
      `no disk was found, expected ${serial}`,
      'Is the NVMe seated? Adapters without a HAT+ ID need dtparam=pciex1 in config.txt.',
    )
  return fault(
    'E_DISK_SERIAL',
    `no disk has the serial ${serial}; found ${disks.map(describeDisk).join('; ')}`,
  )
}

const describeDisk = (disk: DiskFound): string =>
  `${disk.device} (${disk.model || 'no model'}, ${disk.serial || 'no serial'}, ${(disk.size / 1e9).toFixed(1)} GB)`

/** What a disk holds, in words that follow "the disk has". */
export function describeContent(content: DiskContent): string {
  switch (content.kind) {
    case 'empty':
      return 'nothing on it'
    case 'interrupted':
      return 'an unfinished image of homerack'
    case 'filesystem':
      return `a ${content.type} file system`
    case 'unknown':
      return 'unknown content'
    case 'partitioned': {
      const names = content.partitions.map(({ name }) => name).filter(Boolean)
      const count = `${content.partitions.length} partition${content.partitions.length === 1 ? '' : 's'}`
      return `a partition table (${[count, ...names].join(', ')})`
    }
  }
}
