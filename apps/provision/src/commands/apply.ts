import { createInterface } from 'node:readline/promises'
import { erasedNodes, formatPlan } from '../plan/format-plan.ts'
import type { Plan } from '../plan/plan.ts'
import { openHardware } from '../site/open-hardware.ts'
import { commandName } from './command-name.ts'
import type { OutputKind } from './output.ts'
import { runCommand } from './run-command.ts'

export type ApplyOptions = {
  readonly state: string
  readonly output: OutputKind
  readonly image: string | undefined
  readonly netboot: string | undefined
  readonly runtime: string | undefined
  readonly erase: readonly string[]
  readonly wait: number
  readonly yes: boolean
}

/** Makes the rack what the file says, after asking. */
export async function apply(file: string, options: ApplyOptions): Promise<number> {
  return runCommand({
    file,
    output: options.output,
    erase: options.erase,
    wait: options.wait * 1000,
    ask: (plan) => (options.yes ? Promise.resolve(true) : ask(plan)),
    open: async (rack, signal) => ({
      site: await openHardware({ ...options, rack, signal }),
      close: async () => {},
      lookAround: [
        `${commandName()} status ${file}`,
        `kubectl --kubeconfig <(${commandName()} kubeconfig ${file}) get nodes`,
      ],
    }),
  })
}

/** Anything but a clear yes is a no, and so is a missing terminal. */
async function ask(plan: Plan): Promise<boolean> {
  process.stderr.write(`\n${formatPlan(plan)}\n`)
  if (!process.stdin.isTTY) {
    process.stderr.write('Nobody to ask here: nothing was changed. Say yes beforehand with --yes.\n')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const erased = erasedNodes(plan)
    const question = erased.length > 0 ? `Write the disks of ${erased.join(', ')} and continue?` : 'Continue?'
    return /^y(es)?$/i.test(await terminal.question(`${question} [y/N] `))
  } finally {
    terminal.close()
  }
}
