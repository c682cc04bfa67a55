#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { basename, resolve } from 'node:path'
import { faultsOf, formatFault } from '@homerack/errors'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { CommandOptions } from './commands/command-options.ts'

// Commands are imported when they run, so that --help answers at once; V8 keeps what it compiled for the next run.
enableCompileCache()

type Options = Omit<CommandOptions, 'name' | 'namespace'> & { name?: string; namespace?: string }
type Action = (sources: readonly string[], options: CommandOptions, signal: AbortSignal) => Promise<number>

const program = new Command('k8s-deploy').description(
  'Plans, applies and watches what should be in a Kubernetes cluster.',
)

const plan = fromSources('plan', 'show what applying would change; nothing is changed')
consents(plan).action(run(async (...all) => (await import('./commands/plan.ts')).plan(...all)))

const apply = fromSources('apply', 'apply, prune what is no longer declared, and wait until all is ready')
rolls(apply).action(run(async (...all) => (await import('./commands/apply.ts')).apply(...all)))

fromSources('status', 'tell whether the cluster is as declared, and ready; exit code 1 if not').action(
  run(async (...all) => (await import('./commands/status.ts')).status(...all)),
)

ofService('history', 'list the revisions that the cluster keeps').action(
  run(async (...all) => (await import('./commands/history.ts')).history(...all)),
)

const rollback = ofService('rollback', 'bring back an earlier revision of everything')
  .option('--to <revision>', 'its number (default: the newest that differs from the current one)', count)
  .option('--dry-run', 'show what it would change; nothing is changed')
rolls(rollback).action(run(async (...all) => (await import('./commands/history.ts')).rollback(...all)))

const remove = ofService(
  'delete',
  'delete everything of the service; rollback brings it back, without its data',
).option('--dry-run', 'show what it would delete; nothing is deleted')
rolls(remove).action(run(async (...all) => (await import('./commands/history.ts')).remove(...all)))

ofService('drift', 'tell what was changed since the last apply; exit code 2 if anything was').action(
  run(async (...all) => (await import('./commands/history.ts')).drift(...all)),
)

fromSources('export', 'write what another tool needs to take the service over')
  .requiredOption('--flux <folder>', 'for Flux: a new folder for the objects and flux.yaml')
  .requiredOption('--repository <url>', 'the Git repository that the folder will be in')
  .option('--branch <name>', 'its branch', 'main')
  .option('--path <path>', 'where the folder will be in it', '.')
  .option('--age <recipient>', 'encrypt Secrets for this age recipient, with sops')
  .action(run(async (...all) => (await import('./commands/export.ts')).exportTo(...all)))

declaring(program.command('render'))
  .description('print the objects of the sources; values of Secrets are left out')
  .addOption(output())
  .option('--name <name>', 'name of the service (default: that of the first source)')
  .option('--namespace <name>', 'its namespace (default: the name)')
  .action(run(async (...all) => (await import('./commands/render.ts')).render(...all)))

/** A command about what sources declare. */
function fromSources(name: string, description: string): Command {
  return toCluster(declaring(program.command(name)).description(description))
    .option('--name <name>', 'name of the service (default: that of the first source)')
    .option('--namespace <name>', 'where objects go that name no namespace (default: the name)')
}

/** A command about a service as the cluster knows it. */
function ofService(name: string, description: string): Command {
  return toCluster(
    program.command(name).argument('<name>', 'name of the service').description(description),
  ).option('--namespace <name>', 'its namespace (default: the name)')
}

function declaring(command: Command): Command {
  return command
    .argument('<sources...>', 'folders of *.yaml, kustomizations, Helm charts, modules (.ts, .js)')
    .option('--values <file>', 'values of Helm charts; may be repeated', several, [])
    .option('--input <file>', 'a file of JSON that modules get')
}

function toCluster(command: Command): Command {
  return command
    .addOption(new Option('--kubeconfig <file>', 'how to reach the cluster').env('KUBECONFIG'))
    .option('--context <name>', 'the context of the kubeconfig (default: its current one)')
    .addOption(output())
}

function consents(command: Command): Command {
  const description = 'delete this volume claim, namespace or definition of a kind too; may be repeated'
  const available = new Option('--available <when>', 'check that the service stays available, and keep it so')
  return command
    .addOption(
      new Option('--allow-prune <Kind/namespace/name>', description).argParser(several).default([], 'none'),
    )
    .option('--force', 'take over fields that other field managers own')
    .addOption(available.choices(['always']))
}

function rolls(command: Command): Command {
  return consents(command).option('--timeout <seconds>', 'how long to wait until all is ready', seconds, 600)
}

function output(): Option {
  return new Option('--output <format>', 'how to print').choices(['text', 'json']).default('text')
}

function several(one: string, all: string[] = []): string[] {
  return [...all, one]
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < 1e6)) throw new InvalidArgumentError('a number of seconds')
  return value
}

function count(text: string): number {
  const value = Number(text)
  if (!(Number.isSafeInteger(value) && value > 0)) throw new InvalidArgumentError('a number of a revision')
  return value
}

/** Runs a command until it ends or the user does not want it any more. What it answers becomes the exit code. */
function run(command: Action) {
  return async (subject: string | string[], options: Options) => {
    const stop = new AbortController()
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
    const sources = [subject].flat()
    const name = options.name ?? basename(resolve(sources[0] ?? '')).replace(/\.([cm]?[jt]s|tgz)$/, '')
    const named = { ...options, name, namespace: options.namespace ?? name }
    process.exitCode = await command(sources, named, stop.signal).catch((error: unknown) => {
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
