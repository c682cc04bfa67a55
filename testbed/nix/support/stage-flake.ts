import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const exec = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')

/**
 * What Nix would see of this repository: a copy of its files that git does not ignore, committed or not, and the
 * stand-in for nixpkgs. With NIXPKGS_LIB, the stand-in has nixpkgs' own lib from that folder.
 */
export async function stageFlake(): Promise<{ folder: string; source: string; nixpkgs: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'homerack-nix-'))
  const source = join(folder, 'source')
  const nixpkgs = join(folder, 'nixpkgs')
  await mkdir(source)
  const { stdout } = await exec('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    maxBuffer: 16 << 20,
  })
  const files = stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))
  await writeFile(join(folder, 'files'), files.join('\0'))
  await exec(
    'sh',
    ['-c', 'tar -c --null --no-recursion -T "$1" | tar -x -C "$2"', 'sh', join(folder, 'files'), source],
    {
      cwd: root,
    },
  )
  await cp(join(root, 'testbed/nix/nixpkgs'), nixpkgs, { recursive: true })
  const path = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`
  await writeFile(join(nixpkgs, 'host.nix'), `{path = "${path}";}\n`)
  const { NIXPKGS_LIB } = process.env
  if (NIXPKGS_LIB) {
    await rm(join(nixpkgs, 'lib'), { recursive: true })
    await cp(NIXPKGS_LIB, join(nixpkgs, 'lib'), { recursive: true })
  }
  return { folder, source, nixpkgs }
}
