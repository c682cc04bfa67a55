import type { Fault } from '@homerack/errors'
import {
  type DiskFound,
  describeContent,
  type ImageManifest,
  type Inventory,
  planWrite,
} from '@homerack/flasher'
import type { DiskPlan, RackNode, SizeRule } from '@homerack/rack'
import { formatBytes } from '../format/format-bytes.ts'

/**
 * The one disk of a board that the file describes and that may be written, or why there is none: by the rules
 * that the flash agent applies again before it writes. `erase` is the consent for this node by name.
 */
export function chooseDisk(
  node: RackNode,
  inventory: Inventory,
  image: ImageManifest,
  erase: boolean,
): { disk: DiskFound } | { faults: readonly Fault[] } {
  const fault = (code: Fault['code'], cause: string, hint: string) => ({
    faults: [{ code, subject: node.name, cause, hint: `Nothing was written. ${hint}` }],
  })
  if (inventory.serial !== node.serial) {
    const cause = `the board says ${inventory.serial}, the file says ${node.serial}`
    return fault('E_BOARD_SERIAL', cause, 'Correct the serial in homerack.yaml, or the board in the slot.')
  }
  const [disk, ...others] = inventory.disks.filter((each) => fits(each, node.disk))
  if (!disk) {
    const found = inventory.disks.map(describeDisk).join('; ') || 'no disk'
    const cause = `found ${found}; expected ${describeExpected(node.disk)}`
    return fault('E_DISK_UNEXPECTED', cause, 'Correct the disk in homerack.yaml, or the disk in the board.')
  }
  if (others.length > 0) {
    const all = [disk, ...others].map(describeDisk).join('; ')
    const cause = `${others.length + 1} disks fit ${describeExpected(node.disk)}: ${all}`
    return fault('E_DISK_AMBIGUOUS', cause, `Name one by its serial: disk: { serial: ${disk.serial} }`)
  }
  const url = 'http://operator'
  const plan = planWrite(inventory, { id: node.name, disk, erase, image, url })
  if (plan.kind === 'write') return plan
  const consent = `Nothing was written. To erase it: provision apply --erase ${node.name}`
  return {
    faults: plan.faults.map((each) => ({
      ...each,
      subject: node.name,
      hint: each.code === 'E_DISK_NOT_EMPTY' ? consent : (each.hint ?? 'Nothing was written.'),
    })),
  }
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
  return [...(serial === undefined ? [] : [`serial ${serial}`]), ...(size ? [describeSize(size)] : [])].join(
    ', ',
  )
}

function describeSize(size: SizeRule): string {
  if ('atLeast' in size) return `at least ${formatBytes(size.atLeast)}`
  if ('exactly' in size) return `exactly ${formatBytes(size.exactly)}`
  return `${formatBytes(size.between[0])} to ${formatBytes(size.between[1])}`
}

/** `NVMe S6XNNS0W103 1.00 TB, nothing on it` */
export function describeDisk(disk: DiskFound): string {
  return `${disk.model} ${disk.serial} ${formatBytes(disk.size)}, ${describeContent(disk.content)}`
}
