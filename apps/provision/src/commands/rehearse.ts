import { openRehearsal } from '../rehearse/open-rehearsal.ts'
import { commandName } from './command-name.ts'
import type { OutputKind } from './output.ts'
import { runCommand } from './run-command.ts'

export type RehearseOptions = {
  readonly state: string
  readonly output: OutputKind
  readonly fresh: boolean
  readonly keep: boolean
  readonly speed: number
  readonly fault: readonly string[]
  readonly guest: boolean
  readonly erase: readonly string[]
  readonly wait: number
}

/** The whole job, from empty disks to running services, against a rack in software. */
export async function rehearse(file: string, options: RehearseOptions): Promise<number> {
  return runCommand({
    file,
    output: options.output,
    erase: options.erase,
    wait: options.wait * 1000,
    ask: async () => true,
    open: async (rack, signal, tell) => {
      const rehearsal = await openRehearsal({ ...options, rack, faults: options.fault, signal, tell })
      return {
        ...rehearsal,
        lookAround: options.keep
          ? whileItRuns(file)
          : [`${commandName()} rehearse ${file} --keep  leaves it running for talosctl and kubectl`],
      }
    },
  })
}

function whileItRuns(file: string): string[] {
  const provision = commandName()
  return [
    `kubectl --kubeconfig <(${provision} kubeconfig ${file} --rehearsal) get pods -A`,
    `talosctl --talosconfig <(${provision} talosconfig ${file} --rehearsal) get members`,
    `${provision} stop ${file}`,
  ]
}
