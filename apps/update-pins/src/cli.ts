#!/usr/bin/env node
import { FaultError, formatFault } from '@homerack/errors'
import { Command } from 'commander'
import { openRegistry } from './registry.ts'
import { updatePins } from './update-pins.ts'

const program = new Command('update-pins')
  .description('Fills in the hashes of nix/pins.json that are not known, from registries and servers.')
  .argument('[pins...]', 'only these, known or not')
  .option('--file <file>', 'the pins', 'nix/pins.json')
  .option('--all', 'look up the known ones too: a tag may have moved', false)
  .action(async (only: string[], { file, all }: { file: string; all: boolean }) => {
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort())
    const registries = new Map<string, ReturnType<typeof openRegistry>>()
    await updatePins({
      file,
      only,
      all,
      signal: stop.signal,
      registries: (host) => {
        const registry = registries.get(host) ?? openRegistry({ host, signal: stop.signal })
        registries.set(host, registry)
        return registry
      },
      onPin: (name, changed) => console.log(`${name}: ${changed ? 'filled in' : 'unchanged'}`),
    })
  })

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof FaultError)) throw error
  for (const fault of error.faults) console.error(formatFault(fault))
  process.exitCode = 1
}
