import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileInTar } from './file-in-tar.ts'

test('finds a file that tar packed, behind others and a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'homerack-tar-'))
  const content = 'registry/a:v1@sha256:0\n'.repeat(100)
  await writeFile(join(folder, 'another'), Buffer.alloc(1000, 1))
  await writeFile(join(folder, 'image-digests'), content)
  const { stdout } = await promisify(execFile)('tar', ['-c', '-C', folder, '.'], { encoding: 'buffer' })
  await rm(folder, { recursive: true })
  expect(fileInTar(stdout, 'image-digests')?.toString()).toBe(content)
  expect(fileInTar(stdout, 'missing')).toBeUndefined()
})

test('garbage and what was cut off end in undefined or a part, never in a loop or an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
      const found = fileInTar(Buffer.from(bytes), 'image-digests')
      expect(found === undefined || found.length <= bytes.length).toBe(true)
    }),
  )
})
