import { type Fault, FaultError } from '@homerack/errors'
import type { DiskSeen } from '../device/find-disks.ts'
import { lookInto } from '../device/look-into.ts'
import type { DiskFound, ImageManifest } from '../protocol/schemas.ts'
import { planWrite } from '../write/plan-write.ts'
import { writeImage } from '../write/write-image.ts'
import { progressLine } from './progress-line.ts'
import {
  findTarget,
  gigabytes,
  openImage,
  openRanges,
  print,
  type SharedOptions,
  stopSignal,
} from './session.ts'

type Consent = { readonly disk?: string; readonly erase?: string }

/**
 * Writes an image to a disk of this machine, if it is the one that was named, nobody uses it, it is large enough,
 * and it is empty or may be erased.
 */
export async function write(source: string, path: string, options: SharedOptions & Consent): Promise<void> {
  const signal = stopSignal()
  const target = await findTarget(path, options)
  // Everything that can be refused is, before the image is read; and once more with its size.
  refuse(await lookInto(target), options, { sha256: '', size: 0, ranges: [] })
  const framed = await openImage(source, options, signal)
  const { manifest } = framed
  const disk = await lookInto(await findTarget(path, options))
  refuse(disk, options, manifest)

  await using ranges = await openRanges(source, framed)
  const { fetchRange } = ranges
  const onEvent = progressLine(options.json)
  const written = await writeImage({ disk, manifest, fetchRange, signal, onEvent })
  if (options.json) return print(JSON.stringify({ type: 'flashed', device: disk.device, ...written }))
  const seconds = (written.writeMs / 1000).toFixed(1)
  print(`${disk.device}: ${gigabytes(written.written)} written in ${seconds} s, read back and equal`)
  if (written.skipped > 0) print(`${gigabytes(written.skipped)} were right already`)
}

/** A disk without a serial is named by its size in bytes. */
const nameOf = (disk: DiskSeen): string => disk.serial || String(disk.size)

function refuse(disk: DiskFound, { disk: named, erase }: Consent, image: ImageManifest): void {
  const name = nameOf(disk)
  const wanted = erase ?? named
  if (wanted === undefined) throw new FaultError(unnamed(disk, name))
  const plan = planWrite(
    { serial: disk.device, revision: '', mac: '', memory: 0, agent: '', disks: [{ ...disk, serial: name }] },
    { id: '', disk: { serial: wanted, size: disk.size }, erase: erase !== undefined, image, url: '' },
  )
  if (plan.kind === 'refused') throw new FaultError(plan.faults.map((fault) => withRemedy(fault, name)))
}

function unnamed(disk: DiskFound, name: string): Fault {
  const cause = `a disk is written only if its serial is named too; it is ${name} (${disk.model}, ${gigabytes(disk.size)})`
  return { code: 'E_DISK_UNNAMED', subject: disk.device, cause, hint: `If that is the one: --disk ${name}` }
}

function withRemedy(fault: Fault, name: string): Fault {
  if (fault.code !== 'E_DISK_NOT_EMPTY') return fault
  return { ...fault, hint: `Nothing was written. To erase it: --erase ${name}` }
}
