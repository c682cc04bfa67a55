#!/usr/bin/env node
import { basename, resolve } from 'node:path'
import { faultsOf, formatFault } from '@homerack/errors'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { CommandOptions } from './commands/command-options.ts'

type Options = Omit<CommandOptions, 'name' | 'namespace'> & { name?: string; namespace?: string }

const program = new Command('k8s-deploy').description(
  'Plans, applies and watches a folder of Kubernetes manifests.',
)

deployCommand('plan', 'show what applying the folder would change; nothing is changed')
  .addOption(allowPrune())
  .option('--force', 'take over fields that other field managers own')
  .action(
    run(async (folder, options, signal) =>
      (await import('./commands/plan.ts')).plan(folder, options, signal),
    ),
  )

deployCommand('apply', 'apply the folder, prune what it no longer declares, and wait until all is ready')
  .addOption(allowPrune())
  .option('--force', 'take over fields that other field managers own')
  .option('--timeout <seconds>', 'how long to wait until all is ready', seconds, 600)
  .action(
    run(async (folder, options, signal) =>
      (await import('./commands/apply.ts')).apply(folder, options, signal),
    ),
  )

deployCommand(
  'status',
  'tell whether the cluster is as the folder says, and ready; exit code 1 if not',
).action(
  run(async (folder, options, signal) =>
    (await import('./commands/status.ts')).status(folder, options, signal),
  ),
)

program
  .command('render')
  .argument('<folder>', 'a folder of *.yaml')
  .description('print the objects of the folder; values of Secrets are left out')
  .addOption(output())
  .action(run(async (folder, options) => (await import('./commands/render.ts')).render(folder, options)))

function deployCommand(name: string, description: string): Command {
  return program
    .command(name)
    .argument('<folder>', 'a folder of *.yaml')
    .description(description)
    .addOption(new Option('--kubeconfig <file>', 'how to reach the cluster').env('KUBECONFIG'))
    .option('--context <name>', 'the context of the kubeconfig (default: its current one)')
    .option('--name <name>', 'name of the service (default: that of the folder)')
    .option('--namespace <name>', 'where objects go that name no namespace (default: the name)')
    .addOption(output())
}

function output(): Option {
  return new Option('--output <format>', 'how to print').choices(['text', 'json']).default('text')
}

function allowPrune(): Option {
  const description = 'delete this volume claim, namespace or definition of a kind too; may be repeated'
  return new Option('--allow-prune <Kind/namespace/name>', description)
    .argParser((one: string, all: string[] = []) => [...all, one])
    .default([], 'none')
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < 1e6)) throw new InvalidArgumentError('a number of seconds')
  return value
}

/** Runs a command until it ends or the user does not want it any more. What it answers becomes the exit code. */
function run(command: (folder: string, options: CommandOptions, signal: AbortSignal) => Promise<number>) {
  return async (folder: string, options: Options) => {
    const stop = new AbortController()
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
    const name = options.name ?? basename(resolve(folder))
    const named = { ...options, name, namespace: options.namespace ?? name }
    process.exitCode = await command(folder, named, stop.signal).catch((error: unknown) => {
      if (stop.signal.aborted) return 130
      const faults = faultsOf(error)
      if (!faults) throw error
      const lines =
        options.output === 'json' ? [JSON.stringify({ type: 'failed', faults })] : faults.map(formatFault)
      process.stderr.write(`${lines.join('\n')}\n`)
      return 1
    })
  }
}

await program.parseAsync()
