import { FaultError } from '@homerack/errors'
import { verifyImage } from '../write/verify-image.ts'
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

/** Compares a disk with an image. @throws FaultError E_DISK_DIFFERS */
export async function verify(source: string, path: string, options: SharedOptions): Promise<void> {
  const signal = stopSignal()
  const disk = await findTarget(path, options)
  const framed = await openImage(source, options, signal)
  const { manifest } = framed
  if (disk.size < manifest.size)
    throw differs(disk.device, `it has ${disk.size} bytes, the image ${manifest.size}`)
  await using ranges = await openRanges(source, framed)
  const onEvent = progressLine(options.json)
  const found = await verifyImage({ disk, manifest, fetchRange: ranges.fetchRange, signal, onEvent })
  if (options.json) print(JSON.stringify({ type: 'verified', device: disk.device, ...found }))
  if (found.wrong.length > 0)
    throw differs(
      disk.device,
      `${found.wrong.length} ranges are not the image's, the first at byte ${found.wrong[0]}`,
    )
  if (!found.head) throw differs(disk.device, 'its partition table is not the image’s, made to fit this disk')
  if (!options.json) print(`${disk.device}: equal to the image, ${gigabytes(found.bytes)} compared`)
}

const differs = (subject: string, cause: string): FaultError =>
  new FaultError({ code: 'E_DISK_DIFFERS', subject, cause })
