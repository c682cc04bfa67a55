import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { removeOld } from '../../remove-old.ts'
import { addTarballs } from './add-tarballs.ts'
import { stageFlake } from './stage-flake.ts'

const exec = promisify(execFile)

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string }

export type RunOptions = {
  readonly cwd?: string
  /** Run it where there is no network but loopback. */
  readonly offline?: boolean
}

export type Nix = {
  /** The copy of the repository that is evaluated. */
  readonly source: string
  /** Runs `nix COMMAND ARGUMENTS`; `flake:NAME` in them is an output of the copy. Failing is an outcome too. */
  nix(command: string, args: readonly string[], options?: RunOptions): Promise<Outcome>
  /** The words of such a command, for `run`. */
  words(command: string, args: readonly string[]): string[]
  /** Builds an output of the flake and returns its path on this machine. @throws Error with what Nix said */
  build(output: string): Promise<string>
  /** The same of what a function in Nix makes of an output, such as one that overrides its arguments. */
  buildChanged(output: string, change: string): Promise<string>
  /** An output of the flake as JSON, or what a function in Nix makes of it. @throws Error with what Nix said */
  evaluate<T>(output: string, apply?: string): Promise<T>
  /** Runs a program with Nix in reach and this store as its own. */
  run(command: readonly string[], options?: RunOptions): Promise<Outcome>
  /** Where a path of the store is on this machine: the store has a root of its own. */
  onDisk(storePath: string): string
  close(): Promise<void>
}

/** Why these tests cannot run here, or undefined. They want a Debian machine, and root for namespaces. */
export const noNix: string | undefined = !existsSync('/usr/bin/apt-get')
  ? 'Nix is unpacked from Debian packages, and apt-get is not on this machine'
  : process.getuid?.() !== 0
    ? 'builds run in namespaces, which needs root here'
    : process.arch !== 'x64'
      ? 'the store is filled for x86-64 Linux'
      : undefined

/** A copy of the repository for the tests of one file. All share one Nix and one store, which are kept. */
export async function openNix(): Promise<Nix> {
  const { home, store } = await nixHome()
  const staged = await stageFlake()
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('NIX_'))
  const env = {
    ...Object.fromEntries(others),
    PATH: `${home}/nix/bin:${process.env.PATH}`,
    NIX_REMOTE: store,
    NIX_CONFIG: settings,
  }

  const run: Nix['run'] = async (command, { cwd = staged.folder, offline = false } = {}) => {
    const alone = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
    const [program = '', ...args] = offline ? [...alone, ...command] : command
    try {
      return {
        code: 0,
        ...(await exec(program, args, {
          cwd,
          env,
          maxBuffer: 256 << 20,
          timeout: longest,
          killSignal: 'SIGKILL',
        })),
      }
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as Partial<Outcome>
      if (typeof code !== 'number') throw error
      return { code, stdout, stderr }
    }
  }
  const flags = ['--offline', '--no-write-lock-file', '--override-input', 'nixpkgs', `path:${staged.nixpkgs}`]
  const words: Nix['words'] = (command, args) => {
    const own = args.map((arg) => arg.replace(/^flake:/, `path:${staged.source}#`))
    return ['nix', ...command.split(' '), ...flags, ...own]
  }
  const nix: Nix['nix'] = (command, args, options) => run(words(command, args), options)
  const must = async (command: string, args: readonly string[]) => {
    const { code, stdout, stderr } = await nix(command, args)
    if (code !== 0) throw new Error(`nix ${command} ${args.join(' ')} failed:\n${stderr}`)
    return stdout.trim()
  }
  const onDisk = (path: string) => join(store, path)
  const evaluate: Nix['evaluate'] = async <T>(output: string, apply?: string) =>
    JSON.parse(await must('eval', ['--json', `flake:${output}`, ...(apply ? ['--apply', apply] : [])])) as T
  const opened: Nix = {
    source: staged.source,
    nix,
    words,
    run,
    onDisk,
    build: async (output) =>
      onDisk(await must('build', [`flake:${output}`, '--no-link', '--print-out-paths'])),
    buildChanged: async (output, change) => {
      const derivation = await evaluate<string>(output, `output: ((${change}) output).drvPath`)
      return onDisk(await must('build', [`${derivation}^out`, '--no-link', '--print-out-paths']))
    },
    evaluate,
    close: () => rm(staged.folder, { recursive: true, force: true }),
  }
  await addTarballs(opened, join(home, 'tarballs'))
  return opened
}

/** How long a command may take on a machine that is busy, in milliseconds; then it is ended. */
const longest = 850_000

/** The host's folders are in the sandbox, because the stand-in's packages are the host's programs. */
const settings = `
experimental-features = nix-command flakes
substituters =
flake-registry =
build-users-group =
sandbox = true
sandbox-paths = /bin=/bin /usr=/usr /lib=/lib /lib64=/lib64 ${dirname(process.execPath)}=${dirname(process.execPath)}
extra-platforms = aarch64-linux
`

/** Days after which a store is begun anew: every commit's sources and builds stay in it. */
const storeDays = 3

/** The folder with Nix, outside the repository, made anew where the way to get Nix changes; and the store in it. */
async function nixHome(): Promise<{ home: string; store: string }> {
  const script = join(import.meta.dirname, 'get-nix.sh')
  const hash = createHash('sha256').update(await readFile(script))
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'homerack')
  const home = join(cache, `nix-${hash.digest('hex').slice(0, 12)}`)
  const store = join(home, `store-${Math.floor(Date.now() / (storeDays * 24 * 3600 * 1000))}`)
  await mkdir(store, { recursive: true })
  // Where it was unpacked is written into it, so it is unpacked in place; a lock keeps two files from doing so at once.
  const once = '[ -e "$2/complete" ] || { rm -rf "$2" && "$1" "$2" && touch "$2/complete"; }'
  await exec('flock', [join(home, 'lock'), 'sh', '-c', once, 'sh', script, join(home, 'nix')])
  await removeOld(home, /^store/, 2 * storeDays)
  await removeOld(cache, /^nix-/, 14)
  return { home, store }
}
