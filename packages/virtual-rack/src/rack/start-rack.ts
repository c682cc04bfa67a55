import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FaultError } from '@homerack/errors'
import { alreadyRuns } from './already-runs.ts'
import { connectRack, type RackClient } from './connect-rack.ts'
import { rackProgram } from './rack-bundle-path.ts'
import { parseRackSpec, type RackSpec } from './rack-spec.ts'

export type StartRackOptions = {
  spec: RackSpec
  /** Where the rack keeps its disks and everything else. */
  dir: string
  /** Stay until stopped, even if nobody holds the rack. */
  keep?: boolean
  /** Seconds without anyone holding it after which the rack ends itself. 10 if not said. */
  linger?: number
  /** The Node program to run it with. The one that runs now if not said. */
  nodePath?: string
  /** How long to wait for it to be ready, in milliseconds. 20 000 if not said. */
  timeoutMs?: number
  signal?: AbortSignal
}

/**
 * The rack of `dir`: the process that already plays it, or a new one, detached from this process so that it
 * outlives it. A socket left behind by a killed rack is replaced, and a rack of another spec is started anew;
 * disks are kept.
 *
 * @throws FaultError E_RACK_SPEC, E_RACK_NOT_BUILT, E_RACK_START (with the last lines the process wrote).
 */
export async function startRack(options: StartRackOptions): Promise<RackClient> {
  const spec = parseRackSpec(options.spec)
  const client = connectRack({ dir: options.dir })
  if (await plays(client, spec, options.keep ?? false)) return client
  mkdirSync(options.dir, { recursive: true, mode: 0o700 })
  const specFile = join(options.dir, 'spec.json')
  await writeFile(specFile, `${JSON.stringify(spec, null, 2)}\n`)
  const log = join(options.dir, 'rack.log')
  const child = launch(options, specFile, log)
  await ready(client, { ...options, child, log })
  return client
}

function launch(options: StartRackOptions, specFile: string, log: string): ChildProcess {
  const flags = ['--spec', specFile, '--state', options.dir, '--linger', String(options.linger ?? 10)]
  const output = openSync(log, 'a')
  const child = spawn(
    options.nodePath ?? process.execPath,
    [...rackProgram(), ...flags, ...(options.keep ? ['--keep'] : [])],
    { detached: true, stdio: ['ignore', output, output] },
  )
  closeSync(output)
  child.unref()
  return child
}

type Waiting = StartRackOptions & { child: ChildProcess; log: string }

/** Waits until a rack answers. If it is another process' rack, which was quicker, ours is not needed. */
async function ready(client: RackClient, options: Waiting): Promise<void> {
  const { timeoutMs = 20_000, signal, child } = options
  const deadline = Date.now() + timeoutMs
  let failed: Error | undefined
  child.on('error', (error) => {
    failed = error
  })
  while (!(await answers(client))) {
    signal?.throwIfAborted()
    if (failed) throw notStarted(options, failed.message)
    const end = child.exitCode ?? child.signalCode
    if (end !== null && end !== alreadyRuns) throw notStarted(options, `the process ended with ${end}`)
    if (Date.now() > deadline) throw notStarted(options, `it was not ready after ${timeoutMs / 1000} s`)
    await sleep(25, undefined, signal ? { signal } : {})
  }
  if ((await client.status()).pid !== child.pid) child.kill()
}

function notStarted(options: Waiting, cause: string): FaultError {
  const said = readFileSync(options.log, 'utf8').trim().split('\n').slice(-5).join('\n')
  return new FaultError({ code: 'E_RACK_START', subject: options.dir, cause, hint: said })
}

/**
 * Whether a rack of this spec runs and stays as long as is wanted. Faults may differ: they are changed in the
 * running one.
 */
async function plays(client: RackClient, spec: RackSpec, keep: boolean): Promise<boolean> {
  if (!(await answers(client))) return false
  const running = await client.status()
  const withoutFaults = (each: RackSpec) => JSON.stringify({ ...each, faults: [] })
  if (withoutFaults(running.spec) !== withoutFaults(spec) || (keep && !running.keep)) {
    await client.stop()
    return false
  }
  if (spec.faults.length > 0) await client.faults({ add: spec.faults })
  return true
}

async function answers(client: RackClient): Promise<boolean> {
  try {
    await client.status()
    return true
  } catch (error) {
    if (error instanceof FaultError && error.faults.some(({ code }) => code === 'E_RACK_GONE')) return false
    throw error
  }
}
