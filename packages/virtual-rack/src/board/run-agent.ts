import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BoardSpec } from '../rack/rack-spec.ts'
import type { BoardConsole } from './console.ts'

export type AgentRun = {
  board: BoardSpec
  cmdline: string
  /** A folder of the board's own. */
  folder: string
  /** The file that plays its NVMe, or undefined if the board finds none. */
  disk: { path: string; serial: string; writable: number | undefined } | undefined
  console: BoardConsole
  signal: AbortSignal
}

export type AgentEnd = { exit: number } | { failed: string }

/**
 * Runs the flash agent that the kernel command line names, as the initramfs would: fetch, compare the hash, start.
 * The agent is a process of its own that dies with the board's power.
 */
export async function runAgent(run: AgentRun): Promise<AgentEnd> {
  const settings = agentSettings(run.cmdline)
  if ('failed' in settings) return settings
  const program = await fetchAgent(settings, run.signal)
  if ('failed' in program) return program
  await mkdir(run.folder, { recursive: true })
  const file = (name: string) => join(run.folder, name)
  await writeFile(file('agent.mjs'), program.bytes)
  await writeFile(file('cmdline'), run.cmdline)
  await writeFile(file('board.json'), JSON.stringify(description(run)))
  run.console.write(`starting the flash agent ${settings.sha256.slice(0, 12)}`)
  return runProcess(run, file)
}

/** What the agent learns about its board where a real one reads device tree and sysfs. */
function description({ board, disk }: AgentRun): unknown {
  const { serial, revision, mac, memory } = board
  const disks = disk
    ? [{ device: disk.path, model: board.disk.model, serial: disk.serial, size: board.disk.size }]
    : []
  return { serial, revision, mac, memory, disks }
}

function agentSettings(cmdline: string): { url: string; sha256: string } | { failed: string } {
  const value = (key: string) =>
    cmdline
      .split(/\s+/)
      .find((word) => word.startsWith(`${key}=`))
      ?.slice(key.length + 1)
  const url = value('homerack.agent')
  const sha256 = value('homerack.agent.sha256')
  if (!url || !sha256) return { failed: 'the kernel command line names no homerack.agent and its sha256' }
  return { url, sha256 }
}

async function fetchAgent(
  { url, sha256 }: { url: string; sha256: string },
  signal: AbortSignal,
): Promise<{ bytes: Buffer } | { failed: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]) })
    if (!response.ok) return { failed: `${url} answers ${response.status}` }
    const bytes = Buffer.from(await response.arrayBuffer())
    const found = createHash('sha256').update(bytes).digest('hex')
    return found === sha256
      ? { bytes }
      : { failed: `${url} has sha256 ${found}, the command line says ${sha256}` }
  } catch (error) {
    signal.throwIfAborted()
    return { failed: `${url}: ${(error as Error).message}` }
  }
}

async function runProcess(run: AgentRun, file: (name: string) => string): Promise<AgentEnd> {
  const { promise, resolve } = Promise.withResolvers<AgentEnd>()
  const command = [
    process.execPath,
    file('agent.mjs'),
    '--cmdline',
    file('cmdline'),
    '--board',
    file('board.json'),
  ]
  const [program = '', ...args] =
    run.disk?.writable === undefined ? command : limited(run.disk.writable, command)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: {} })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => run.console.write(text))
  }
  if (child.pid) await writeFile(file('agent.pid'), String(child.pid))
  const kill = () => child.kill('SIGKILL')
  run.signal.addEventListener('abort', kill)
  if (run.signal.aborted) kill()
  child.on('error', (error) => resolve({ failed: error.message }))
  child.on('close', (code) => resolve(code === null ? { failed: 'it was killed' } : { exit: code }))
  const end = await promise
  run.signal.removeEventListener('abort', kill)
  rmSync(file('agent.pid'), { force: true })
  run.signal.throwIfAborted()
  return end
}

/** The command under a file size limit, in bytes: writes beyond it fail, which is how a disk write error is played. */
function limited(bytes: number, command: string[]): string[] {
  return ['/bin/sh', '-c', `ulimit -f ${Math.floor(bytes / 512)}; exec "$@"`, 'sh', ...command]
}

/**
 * Ends an agent left over from a rack process that was killed. Only a process that still runs this board's agent
 * file is touched.
 */
export function killLeftoverAgent(folder: string): void {
  const pidFile = join(folder, 'agent.pid')
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'))
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    if (command.split('\0').includes(join(folder, 'agent.mjs'))) process.kill(pid, 'SIGKILL')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOENT' && code !== 'ESRCH') throw error
  }
  rmSync(pidFile, { force: true })
}
