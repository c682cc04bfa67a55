import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeFileAtomic } from './index.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homerack-write-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('replaces a file and makes it private', async () => {
  const file = join(folder, 'a')
  await writeFile(file, 'old', { mode: 0o644 })
  await writeFileAtomic(file, 'new')
  expect(await readFile(file, 'utf8')).toBe('new')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['a'])
})

test.each([true, false])('takes another mode and bytes, sync: %s', async (sync) => {
  await writeFileAtomic(join(folder, 'b'), Uint8Array.of(0, 255), { mode: 0o644, sync })
  expect([...(await readFile(join(folder, 'b')))]).toEqual([0, 255])
  expect((await stat(join(folder, 'b'))).mode & 0o777).toBe(0o644)
})

test('writes through a symbolic link', async () => {
  await writeFile(join(folder, 'target'), 'old')
  await symlink('target', join(folder, 'link'))
  await writeFileAtomic(join(folder, 'link'), 'new')
  expect(await readlink(join(folder, 'link'))).toBe('target')
  expect(await readFile(join(folder, 'target'), 'utf8')).toBe('new')
})

test('leaves nothing behind when it fails', async () => {
  await mkdir(join(folder, 'a-folder', 'with-content'), { recursive: true })
  await expect(writeFileAtomic(join(folder, 'a-folder'), 'x')).rejects.toMatchObject({ code: 'EISDIR' })
  expect(await readdir(folder)).toEqual(['a-folder'])
  await expect(writeFileAtomic(join(folder, 'no', 'b'), 'x')).rejects.toMatchObject({ code: 'ENOENT' })
})
