import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeOld } from './remove-old.ts'

test('only what is named and old is removed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'homerack-old-'))
  const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600 * 1000)
  for (const [name, days] of [
    ['nix-a', 15],
    ['nix-b', 13],
    ['peers', 400],
  ] as const) {
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, 'file'), '')
    await utimes(join(folder, name), daysAgo(days), daysAgo(days))
  }
  await removeOld(folder, /^nix-/, 14)
  expect((await readdir(folder)).sort()).toEqual(['nix-b', 'peers'])
  await rm(folder, { recursive: true })
})
