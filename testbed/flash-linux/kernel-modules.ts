import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

export type KernelModule = { readonly name: string; readonly content: Buffer }

/**
 * Modules of a kernel with those that they need, in an order in which they can be loaded. One that is not there is
 * built in.
 */
export async function readModules(root: string, wanted: readonly string[]): Promise<KernelModule[]> {
  const paths = new Map(
    globSync('lib/modules/*/kernel/**/*.ko{,.xz}', { cwd: root }).map((path) => [
      nameOf(path),
      join(root, path),
    ]),
  )
  const loaded = new Map<string, Buffer>()
  const load = async (name: string): Promise<void> => {
    const path = paths.get(name)
    if (path === undefined || loaded.has(name)) return
    const content = path.endsWith('.xz') ? await unxz(path) : await readFile(path)
    const [, needs = ''] = /\0depends=([^\0]*)\0/.exec(content.toString('latin1')) ?? []
    for (const need of needs.split(',')) await load(need.replaceAll('-', '_'))
    loaded.set(name, content)
  }
  for (const name of wanted) await load(name)
  return [...loaded].map(([name, content]) => ({ name, content }))
}

const nameOf = (path: string): string =>
  basename(path)
    .replace(/\.ko(\.xz)?$/, '')
    .replaceAll('-', '_')

async function unxz(path: string): Promise<Buffer> {
  const { stdout } = await promisify(execFile)('xz', ['-dc', path], {
    encoding: 'buffer',
    maxBuffer: 64 << 20,
  })
  return stdout
}
