#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { FaultError, faultsOf, formatFault } from '@homerack/errors'
import { Command, InvalidArgumentError } from 'commander'
import { rackFaults } from './faults/rack-fault.ts'
import { alreadyRuns } from './rack/already-runs.ts'

const faultHelp = Object.entries(rackFaults)
  .map(([name, { does }]) => `  ${name.padEnd(32)} ${does}`)
  .join('\n')

const program = new Command('virtual-rack')
  .description('Plays a rack of Raspberry Pi 5s, with Talos and Kubernetes, over the real wire protocols.')
  .requiredOption('--spec <file>', 'what the rack is made of, as JSON')
  .requiredOption('--state <folder>', 'where it keeps its disks and clusters')
  .option('--keep', 'stay until stopped, even if nobody holds the rack')
  .option('--linger <seconds>', 'end after this long without a holder', seconds, 10)
  .addHelpText('after', `\nFaults (as NAME, or NAME:BOARD for one board):\n${faultHelp}`)
  .action(run)

type Options = { spec: string; state: string; keep?: true; linger: number }

async function run({ spec: file, state, keep, linger }: Options): Promise<void> {
  const { parseRackSpec } = await import('./rack/rack-spec.ts')
  const { runRack } = await import('./rack/run-rack.ts')
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort())
  const spec = parseRackSpec(await readSpec(file), file)
  await runRack({
    spec,
    dir: state,
    linger: keep ? undefined : linger,
    signal: stop.signal,
    onReady: (status) => process.stdout.write(`${JSON.stringify({ type: 'ready', ...status })}\n`),
  })
}

async function readSpec(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new FaultError({ code: 'E_RACK_SPEC', subject: file, cause: (error as Error).message })
  }
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value >= 0 && value < 1e6)) throw new InvalidArgumentError('a number of seconds')
  return value
}

try {
  await program.parseAsync()
  process.exit(0)
} catch (error) {
  const faults = faultsOf(error)
  if (!faults) throw error
  process.stderr.write(`${faults.map(formatFault).join('\n')}\n`)
  process.exit(faults.some(({ code }) => code === 'E_RACK_RUNS') ? alreadyRuns : 1)
}
