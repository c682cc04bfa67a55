import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { join } from 'node:path'

const cli = join(import.meta.dirname, '../../src/cli.ts')
const nodeArgs = ['--conditions=source', '--disable-warning=ExperimentalWarning', cli]

export type Ran = { readonly code: number; readonly out: string; readonly err: string }

/** Runs the command as a process of its own. */
export function runCli(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...nodeArgs, ...args], (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

/** Starts the command and lets it run. */
export function startCli(...args: string[]): ChildProcess {
  return spawn(process.execPath, [...nodeArgs, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}
