import { hash } from 'node:crypto'
import { expect } from 'vitest'
import { fitGpt, HEAD_BYTES, type ImageManifest, type Readable } from '../src/index.ts'

/** Ranges of an image that a disk holds as they should be. */
export async function rightRanges(disk: Readable, { ranges }: ImageManifest) {
  const right = []
  for (const range of ranges)
    if (hash('sha256', await disk.readAt(range.start, range.length)) === range.sha256) right.push(range)
  return right
}

/**
 * Expects that a disk equals an image byte for byte: over the whole image, holes included, but for the GPT in the
 * first MiB, which must be the image's own fitted to the disk, with its backup at the disk's end.
 */
export async function expectDiskEqualsImage(disk: Readable, image: Readable): Promise<void> {
  const head = await image.readAt(0, HEAD_BYTES)
  const fitted = await fitGpt(head, image.size, disk.size)
  if (fitted) fitted.primary.copy(head)
  expect((await disk.readAt(0, HEAD_BYTES)).equals(head)).toBe(true)
  for (let at = HEAD_BYTES; at < image.size; at += 8 * HEAD_BYTES) {
    const length = Math.min(8 * HEAD_BYTES, image.size - at)
    if (!(await disk.readAt(at, length)).equals(await image.readAt(at, length)))
      expect.unreachable(`the disk differs from the image between ${at} and ${at + length}`)
  }
  if (fitted) {
    const backup = await disk.readAt(fitted.backupOffset, fitted.backup.length)
    expect(backup.equals(fitted.backup)).toBe(true)
    expect(fitted.backupOffset + fitted.backup.length).toBe(disk.size)
  }
}
