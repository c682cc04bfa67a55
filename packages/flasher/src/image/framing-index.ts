import { hash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import type { ImageManifest } from '../protocol/schemas.ts'

/**
 * The manifest that `writeIndex` put into a file; undefined if it is not there or not whole. Its SHA-256 is beside it:
 * to examine every field, as of one that somebody sent, takes longer than everything else before a disk is written.
 */
export async function readIndex(path: string): Promise<ImageManifest | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const json = text.slice(HASH_LENGTH + 1)
  return text.startsWith(`${hash('sha256', json)} `) ? JSON.parse(json) : undefined
}

const HASH_LENGTH = 64

/** Replaces the file whole. */
export async function writeIndex(path: string, manifest: ImageManifest): Promise<void> {
  const json = JSON.stringify(manifest)
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, `${hash('sha256', json)} ${json}`, { flush: true })
  await rename(temporary, path)
}
