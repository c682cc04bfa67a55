import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Nix } from './open-nix.ts'

const exec = promisify(execFile)

/** What all bundles of the flake are made from. */
const bundled =
  "packages: builtins.foldl' (all: package: all // (package.nodeModules.tarballs or { })) { } (builtins.attrValues packages)"

type Tarball = { readonly name: string; readonly version: string; readonly hash: string }

/**
 * Puts the npm tarballs that the flake fetches into the store, got by npm. They land on the paths that the flake's
 * fetchurls name exactly if their hashes are those of the lock file, so that Nix has nothing to fetch.
 */
export async function addTarballs(nix: Nix, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const wanted = await nix.evaluate<Record<string, Tarball>>('packages.x86_64-linux', bundled)
  const lacking = Object.entries(wanted).filter(([file]) => !existsSync(join(folder, file)))
  if (lacking.length > 0) {
    const specs = lacking.map(([, { name, version }]) => `${name}@${version}`)
    // Another test file may look for them now: each appears whole or not at all.
    const work = await mkdtemp(`${folder}.`)
    await exec('npm', ['pack', '--silent', '--pack-destination', work, ...specs], { maxBuffer: 16 << 20 })
    for (const [file] of lacking) await rename(join(work, file), join(folder, file))
    await rm(work, { recursive: true })
  }
  const files = Object.keys(wanted).map((file) => join(folder, file))
  const { code, stderr } = await nix.run(['nix-store', '--add-fixed', 'sha512', ...files])
  if (code !== 0) throw new Error(stderr)
}
