import type { Device } from '../device/open-device.ts'
import { fitGpt, type GptBytes } from '../gpt/index.ts'
import { BLOCK_BYTES, HEAD_BYTES } from '../protocol/limits.ts'

/** The first MiB of a disk and, if the image has a GPT, the backup copy for the disk's end. */
export type Head = { readonly bytes: Buffer; readonly gpt: GptBytes | undefined }

/** The first MiB of an image, made to fit a disk of `diskSize` bytes. */
export async function fitHead(image: Buffer, imageSize: number, diskSize: number): Promise<Head> {
  const gpt = await fitGpt(image, imageSize, diskSize)
  const bytes = Buffer.from(image)
  gpt?.primary.copy(bytes)
  return { bytes, gpt }
}

/**
 * Writes what makes a disk bootable, in an order that keeps it from looking so before it is: the backup GPT, the
 * first MiB but for its first block, and at last that block, which holds the MBR and the GPT header and takes the
 * marker's place. Each is on the medium before the next begins.
 */
export async function writeHead(device: Device, { bytes, gpt }: Head): Promise<void> {
  const buffer = device.allocate(HEAD_BYTES)
  if (gpt) await writeUnaligned(device, gpt.backup, gpt.backupOffset)
  await device.sync()
  bytes.copy(buffer)
  await device.write(buffer.subarray(BLOCK_BYTES), BLOCK_BYTES)
  await device.sync()
  await device.write(buffer.subarray(0, BLOCK_BYTES), 0)
  await device.sync()
}

/** Whether the head is on the device as it should be. */
export async function headIsRight(device: Device, { bytes, gpt }: Head): Promise<boolean> {
  const buffer = device.allocate(HEAD_BYTES)
  await device.read(buffer, 0)
  if (!buffer.equals(bytes)) return false
  return !gpt || (await readUnaligned(device, gpt.backupOffset, gpt.backup.length)).found.equals(gpt.backup)
}

/** The backup GPT ends with the disk, but need not begin with a block: what shares its first block is kept. */
async function writeUnaligned(device: Device, bytes: Buffer, offset: number): Promise<void> {
  const { blocks, start, found } = await readUnaligned(device, offset, bytes.length)
  bytes.copy(found)
  await device.write(blocks, start)
}

async function readUnaligned(device: Device, offset: number, length: number) {
  const start = Math.floor(offset / BLOCK_BYTES) * BLOCK_BYTES
  const buffer = device.allocate(offset + length - start)
  const blocks = buffer.subarray(0, device.size - start)
  await device.read(blocks, start)
  return { blocks, start, found: blocks.subarray(offset - start, offset - start + length) }
}
