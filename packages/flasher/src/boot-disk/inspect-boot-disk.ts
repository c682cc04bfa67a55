import { FaultError } from '@homerack/errors'
import { type Readable, slice } from '../bytes/readable.ts'
import { type Fat, openFat } from '../fat/index.ts'
import {
  type Gpt,
  type GptCopy,
  type Partition,
  partitionBytes,
  partitionTypes,
  readGpt,
} from '../gpt/index.ts'
import { standInTalosVersion } from '../image/stand-in/make-stand-in-image.ts'
import { ADV_BYTES, type Meta, readMeta } from '../meta/meta.ts'
import { readConfigTxt } from './config-txt.ts'

/** What a Pi 5 would find on a disk. */
export type BootDisk = {
  readonly bootable: boolean
  /** Why it would not boot, in the order in which it would be noticed. Empty if it boots. */
  readonly reasons: readonly string[]
  readonly gpt?: Gpt
  readonly partitions: readonly Partition[]
  readonly meta?: Meta
  /** Named by stand-in images only: reading it from a real BOOT partition would take XFS. */
  readonly talos?: string
}

/**
 * Reads a disk as a Pi 5's boot loader and then Talos would: both GPT copies, the EFI partition with
 * `config.txt`, a device tree for the board and the kernel that `config.txt` names, and Talos' META.
 * Stricter than a Pi, which does not look at the backup GPT: a disk without one was not written to its end.
 */
export async function inspectBootDisk(disk: Readable, sectorSize = 512): Promise<BootDisk> {
  const { primary, backup, protectiveMbr } = await readGpt(disk, sectorSize)
  const reasons = [
    ...(protectiveMbr ? [] : ['there is no protective MBR']),
    ...gptReasons('primary', primary),
    ...gptReasons('backup', backup),
  ]
  if (primary.state !== 'good') return { bootable: false, reasons, partitions: [] }

  const { gpt } = primary
  const named = (wanted: (partition: Partition) => boolean) => {
    const found = gpt.partitions.find(wanted)
    const at = found && partitionBytes(gpt, found)
    return at && slice(disk, at.start, at.length)
  }
  const efi = named((partition) => partition.type === partitionTypes.efi)
  reasons.push(...(efi ? await bootFileReasons(efi) : ['there is no EFI partition']))
  const metaPartition = named((partition) => partition.name === 'META')
  const meta = metaPartition && readMeta(await metaPartition.readAt(0, ADV_BYTES))
  if (!meta) reasons.push(metaPartition ? 'META is damaged' : 'there is no META partition')
  const boot = named((partition) => partition.name === 'BOOT')
  const talos = boot && standInTalosVersion(await boot.readAt(0, 256))
  return {
    bootable: reasons.length === 0,
    reasons,
    gpt,
    partitions: gpt.partitions,
    ...(meta && { meta }),
    ...(talos && { talos }),
  }
}

function gptReasons(which: string, copy: GptCopy): string[] {
  if (copy.state === 'good') return []
  return [copy.state === 'absent' ? `there is no ${which} GPT` : `the ${which} GPT is broken: ${copy.reason}`]
}

async function bootFileReasons(partition: Readable): Promise<string[]> {
  try {
    return await missingBootFiles(await openFat(partition))
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return error.faults.map((fault) => `the EFI partition: ${fault.cause}`)
  }
}

async function missingBootFiles(fat: Fat): Promise<string[]> {
  const reasons: string[] = []
  const has = async (name: string) => ((await fat.find(name))?.size ?? 0) > 0
  if (!(await has('config.txt'))) return ['config.txt is missing']
  const settings = readConfigTxt((await fat.readFile('config.txt')).toString('utf8'))

  const kernels = settings.has('kernel') ? [settings.get('kernel') ?? ''] : ['kernel_2712.img', 'kernel8.img']
  const found = await Promise.all(kernels.map(has))
  if (!found.includes(true)) reasons.push(`the kernel ${kernels.join(' or ')} is missing`)

  const tree = settings.get('device_tree') || 'bcm2712-rpi-5-b.dtb'
  if (!(await has(tree))) reasons.push(`the device tree ${tree} is missing`)
  else if (!isForPi5(await fat.readFile(tree))) reasons.push(`${tree} is no device tree for a Pi 5`)
  return reasons
}

/** The firmware's `os_check`: a device tree that names the chip. */
const isForPi5 = (tree: Buffer): boolean =>
  tree.length >= 40 && tree.readUInt32BE(0) === 0xd00dfeed && tree.includes('brcm,bcm2712')
