#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { faultsOf, formatFault } from '@homerack/errors'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { LifetimeOption } from './commands/credentials.ts'
import type { SharedOptions } from './commands/session.ts'

// Commands import what they need when they run, so that --help answers at once; V8 keeps what it compiled for the next run.
enableCompileCache()
const print = (text: string) => void process.stdout.write(text)

const program = new Command('config-gen')
  .description('Talos machine configs, talosconfig and kubeconfig from homerack.yaml and its secrets.')
  .showHelpAfterError('(config-gen --help shows what there is)')

const rack = new Option('-r, --rack <file>', 'the rack').default('homerack.yaml')
const out = new Option('-o, --out <file>', 'write to this file, mode 0600, instead of standard output')
const identity = new Option('-i, --identity <file>', 'age identities, beside those that sops would find')
const withSecrets = new Option(
  '--with-secrets <file>',
  "a plain Talos secrets.yaml instead of the rack's SOPS file",
)
const reveal = new Option('--reveal', 'show secrets instead of ‹redacted›')
const days = new Option('--days <number>', 'lifetime').argParser(parseDays).default(365)

function command(parent: Command, usage: string, description: string, ...options: Option[]): Command {
  const added = parent.command(usage).description(description)
  for (const option of options) added.addOption(option)
  return added
}

const secrets = program.command('secrets').description("the rack's secrets bundle")
command(secrets, 'new', 'make the secrets of a new cluster', rack, out).action(
  async (options: SharedOptions) => (await import('./commands/secrets.ts')).newSecrets(options, print),
)
command(
  secrets,
  'show',
  'when certificates expire; with --reveal, Talos’ secrets.yaml',
  rack,
  out,
  identity,
  withSecrets,
  reveal,
).action(async (options: SharedOptions & { reveal?: boolean }) =>
  (await import('./commands/secrets.ts')).showSecrets(options, print),
)
command(secrets, 'rotate <authority...>', 'replace authorities: os, k8s', rack, out, identity).action(
  async (names: string[], options: SharedOptions) =>
    (await import('./commands/secrets.ts')).rotateSecrets(names, options, print),
)
command(
  secrets,
  'adopt <config>',
  'take the secrets of a running cluster from the config of a control plane',
  rack,
  out,
).action(async (config: string, options: SharedOptions) =>
  (await import('./commands/secrets.ts')).adoptSecrets(config, options, print),
)
command(
  program,
  'machine [node]',
  'the machine config of a node, or of all (--out: a folder)',
  rack,
  out,
  identity,
  withSecrets,
  reveal,
).action(async (node: string | undefined, options: SharedOptions & { reveal?: boolean }) =>
  (await import('./commands/machine.ts')).machine(node, options, print),
)
command(program, 'talosconfig', 'credentials for the Talos API', rack, out, identity, withSecrets, days)
  .option('--role <role...>', 'what they allow', ['os:admin'])
  .action(async (options: SharedOptions & LifetimeOption & { role: string[] }) =>
    (await import('./commands/credentials.ts')).talosconfig(options, print),
  )
command(program, 'kubeconfig', 'credentials for the Kubernetes API', rack, out, identity, withSecrets, days)
  .option('--user <name>', 'who they are for', 'admin')
  .option('--group <name...>', 'groups of the user', ['system:masters'])
  .action(async (options: SharedOptions & LifetimeOption & { user: string; group: string[] }) =>
    (await import('./commands/credentials.ts')).kubeconfig(options, print),
  )
command(
  program,
  'validate [config...]',
  'check configs by Talos’ own rules; without one, the rack: all nodes, and no secret in plain text',
  rack,
  identity,
  withSecrets,
).action(async (files: string[], options: SharedOptions) =>
  (await import('./commands/validate.ts')).validate(files, options, print),
)
command(
  program,
  'diff <config...>',
  'compare configs with those of the rack; exit code 1 where they differ',
  rack,
  identity,
  withSecrets,
).action(async (files: string[], options: SharedOptions) => {
  if (await (await import('./commands/diff.ts')).diff(files, options, print)) process.exitCode = 1
})
command(program, 'schema', 'the JSON Schema of homerack.yaml', out).action(async (options: SharedOptions) =>
  (await import('./commands/schema.ts')).schema(options, print),
)

function parseDays(text: string): number {
  const number = Number(text)
  if (number > 0 && number <= 3650) return number
  throw new InvalidArgumentError('A number of days, at most 3650.')
}

try {
  await program.parseAsync()
} catch (error) {
  const faults = faultsOf(error)
  if (!faults) throw error
  process.stderr.write(`${faults.map(formatFault).join('\n\n')}\n`)
  process.exitCode = 1
}
