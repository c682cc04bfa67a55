#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError, Option } from 'commander'
import { printFailure } from './commands/print-failure.ts'

const example = relative(
  process.cwd(),
  fileURLToPath(new URL('../../../examples/three-pi/homerack.yaml', import.meta.url)),
)

const program = new Command('provision')
  .description('Powered-off Raspberry Pi 5s to a highly available Talos cluster, as homerack.yaml says.')
  .version('0.1.0')
  .showHelpAfterError('(provision --help lists the commands)')

const file = ['[file]', 'the rack', './homerack.yaml'] as const
const state = () =>
  new Option('--state <folder>', 'where journals, reports and rehearsals are kept').default('.homerack')
const output = () =>
  new Option('--output <kind>', 'how to tell what happens').choices(['auto', 'plain', 'json']).default('auto')
const erase = () =>
  new Option('--erase <node>', 'this node’s disk may be erased although it is not empty (repeatable)')
    .default([])
    .argParser(collect)
const wait = () =>
  new Option('--wait <seconds>', 'how long to wait for boards before planning without them')
    .default(300)
    .argParser(seconds)
const image = () => new Option('--image <file>', 'the Talos disk image').env('HOMERACK_IMAGE')
const netboot = () =>
  new Option('--netboot <folder>', 'kernel, initramfs and device trees').env('HOMERACK_NETBOOT')
const runtime = () =>
  new Option(
    '--runtime <file>',
    'Node for the flash agent, as a cpio archive, unless the initramfs has it',
  ).env('HOMERACK_RUNTIME')

const rehearsal = () =>
  new Option('--rehearsal', 'the rehearsal’s rack instead of the real one').default(false)

program
  .command('rehearse')
  .description('do all of it against a rack in software: no hardware, no root')
  .argument('[file]', 'the rack (default: ./homerack.yaml, or the example with three Pis)')
  .option('--fresh', 'start from empty disks', false)
  .option('--keep', 'leave the rack running afterwards', false)
  .option('--guest', 'add a board that is not in the file', false)
  .addOption(
    new Option('--speed <factor>', 'how long the virtual hardware takes; 0 leaves its delays out')
      .default(0.2)
      .argParser(seconds),
  )
  .addOption(
    new Option('--fault <name>', 'make something go wrong (repeatable)').default([]).argParser(collect),
  )
  .addOption(erase())
  .addOption(wait())
  .addOption(output())
  .addOption(state())
  .action(async (given: string | undefined, options) => {
    const { rehearse } = await import('./commands/rehearse.ts')
    process.exitCode = await rehearse(
      given ?? (existsSync('homerack.yaml') ? 'homerack.yaml' : example),
      options,
    )
  })

program
  .command('plan')
  .description('look at the rack and say what would be done; change nothing')
  .argument(...file)
  .option('--exit-code', 'exit with 2 if there is something to do', false)
  .addOption(rehearsal())
  .addOption(image())
  .addOption(netboot())
  .addOption(runtime())
  .addOption(erase())
  .addOption(wait().default(30))
  .addOption(output())
  .addOption(state())
  .action(async (given: string, options) => {
    const { plan } = await import('./commands/plan.ts')
    process.exitCode = await plan(given, options)
  })

program
  .command('apply')
  .description('make the rack what the file says')
  .argument(...file)
  .option('--yes', 'do not ask', false)
  .addOption(image())
  .addOption(netboot())
  .addOption(runtime())
  .addOption(erase())
  .addOption(wait())
  .addOption(output())
  .addOption(state())
  .action(async (given: string, options) => {
    const { apply } = await import('./commands/apply.ts')
    process.exitCode = await apply(given, options)
  })

program
  .command('status')
  .description('how the rack is now')
  .argument(...file)
  .addOption(rehearsal())
  .addOption(output())
  .addOption(state())
  .action(async (given: string, options) => {
    const { status } = await import('./commands/status.ts')
    process.exitCode = await status(given, options)
  })

for (const kind of ['kubeconfig', 'talosconfig'] as const) {
  program
    .command(kind)
    .description(`print a ${kind} with administrator rights, made from the secrets file`)
    .argument(...file)
    .addOption(rehearsal())
    .addOption(state())
    .action(async (given: string, options) => {
      const { credentials } = await import('./commands/credentials.ts')
      process.stdout.write(await credentials(kind, given, options))
    })
}

program
  .command('images')
  .description('send images to the nodes, so that pods need no registry for them')
  .argument('<archive...>', 'tar files: OCI layouts, or what `docker save` writes')
  .option('--rack <file>', 'the rack', './homerack.yaml')
  .addOption(rehearsal())
  .addOption(output())
  .addOption(state())
  .action(async (archives: string[], options) => {
    const { images } = await import('./commands/images.ts')
    await images(archives, options)
  })

program
  .command('stop')
  .description('end a rehearsal that was kept running')
  .argument(...file)
  .addOption(state())
  .action(async (given: string, options) => {
    const { stop } = await import('./commands/stop.ts')
    await stop(given, options)
  })

// A reader that goes away (`| head`) must not stop a board half-way.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

try {
  await program.parseAsync()
} catch (error) {
  printFailure(error)
  process.exitCode = 1
}

function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value]
}

function seconds(value: string): number {
  const number = Number(value)
  if (!Number.isFinite(number) || number < 0) throw new InvalidArgumentError('expected a number, 0 or more')
  return number
}
