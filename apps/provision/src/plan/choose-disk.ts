import type { Fault } from '@homerack/errors'
import type { DiskFound, Inventory } from '@homerack/flasher'
import type { DiskPlan, RackNode, SizeRule } from '@homerack/rack'
import { formatBytes } from '../format/format-bytes.ts'

/**
 * The one disk of a board that the file describes and that may be written, or why there is none. A disk with
 * anything on it needs `erase`, the consent for this node by name; one that an interrupted flash left behind
 * is ours and does not.
 */
export function chooseDisk(
  node: RackNode,
  inventory: Inventory,
  erase: boolean,
): { disk: DiskFound } | { faults: readonly Fault[] } {
  const fault = (code: `E_${string}`, cause: string, hint: string) => ({
    faults: [{ code, subject: node.name, cause, hint }],
  })
  if (inventory.serial !== node.serial) {
    return fault(
      'E_BOARD_SERIAL',
      `the board says ${inventory.serial}, the file says ${node.serial}`,
      'Nothing was written.',
    )
  }
  const fitting = inventory.disks.filter((disk) => fits(disk, node.disk))
  const [disk] = fitting
  if (!disk) {
    const found = inventory.disks.map(describeDisk).join('; ') || 'no disk'
    return fault(
      'E_DISK_UNEXPECTED',
      `found ${found}; expected ${describeExpected(node.disk)}`,
      'Nothing was written. Correct the disk in homerack.yaml, or the disk in the board.',
    )
  }
  if (fitting.length > 1) {
    return fault(
      'E_DISK_AMBIGUOUS',
      `${fitting.length} disks fit ${describeExpected(node.disk)}: ${fitting.map(describeDisk).join('; ')}`,
      `Nothing was written. Name one by its serial: disk: { serial: ${disk.serial} }`,
    )
  }
  if (disk.readOnly)
    return fault('E_DISK_READ_ONLY', `${describeDisk(disk)} is read-only`, 'Nothing was written.')
  const content = describeContent(disk)
  if (!erase && disk.content.kind !== 'empty' && disk.content.kind !== 'interrupted') {
    return fault(
      'E_DISK_NOT_EMPTY',
      `the disk ${disk.serial} ${content}`,
      `Nothing was written. To erase it: provision apply --erase ${node.name}`,
    )
  }
  return { disk }
}

function fits(disk: DiskFound, wanted: DiskPlan): boolean {
  if (wanted.serial !== undefined && disk.serial !== wanted.serial) return false
  return wanted.size === undefined || fitsSize(disk.size, wanted.size)
}

function fitsSize(size: number, rule: SizeRule): boolean {
  if ('atLeast' in rule) return size >= rule.atLeast
  if ('exactly' in rule) return size === rule.exactly
  return size >= rule.between[0] && size <= rule.between[1]
}

function describeExpected({ serial, size }: DiskPlan): string {
  const parts: string[] = []
  if (serial !== undefined) parts.push(`serial ${serial}`)
  if (size && 'atLeast' in size) parts.push(`at least ${formatBytes(size.atLeast)}`)
  if (size && 'exactly' in size) parts.push(`exactly ${formatBytes(size.exactly)}`)
  if (size && 'between' in size)
    parts.push(`${formatBytes(size.between[0])} to ${formatBytes(size.between[1])}`)
  return parts.join(', ')
}

/** `NVMe S6XNNS0W103 1.00 TB, empty` */
export function describeDisk(disk: DiskFound): string {
  return `${disk.model} ${disk.serial} ${formatBytes(disk.size)}, ${describeContent(disk).replace(/^is /, '')}`
}

function describeContent({ content }: DiskFound): string {
  switch (content.kind) {
    case 'empty':
      return 'is empty'
    case 'interrupted':
      return 'holds a flash that was interrupted'
    case 'filesystem':
      return `has a file system (${content.type})`
    case 'unknown':
      return 'has data of an unknown kind'
    case 'partitioned': {
      const names = content.partitions.map(({ name }) => name).filter(Boolean)
      const count = `${content.partitions.length} partition${content.partitions.length === 1 ? '' : 's'}`
      return `has a partition table (${content.label}, ${count}${names.length > 0 ? `: ${names.join(', ')}` : ''})`
    }
  }
}
