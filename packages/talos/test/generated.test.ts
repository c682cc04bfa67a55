import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const home = join(import.meta.dirname, '..')

async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const pairs = files.map(async (file) => [file.slice(folder.length), await readFile(file, 'utf8')] as const)
  return Object.fromEntries(await Promise.all(pairs))
}

test('src/gen is what `pnpm generate` makes of proto/', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'homerack-talos-'))
  try {
    const bin = join(home, 'node_modules/.bin')
    const path = [bin, dirname(process.execPath), process.env.PATH].join(delimiter)
    await promisify(execFile)(join(bin, 'buf'), ['generate', '-o', folder], {
      cwd: home,
      env: { ...process.env, PATH: path },
    })
    const made = await filesIn(join(folder, 'src/gen'))
    expect(Object.keys(made).length).toBeGreaterThan(20)
    expect(await filesIn(join(home, 'src/gen'))).toEqual(made)
  } finally {
    await rm(folder, { recursive: true })
  }
})
