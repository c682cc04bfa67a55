import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { wrongSerial } from '../talos/resources/describe-block.ts'
import type { BoardRun } from './board.ts'
import type { NetworkKernel } from './firmware.ts'
import { type AgentEnd, runAgent } from './run-agent.ts'

const takes = { kernel: 500 }
const failedAgentMs = 1000
const writableBytes = 4 * 1024 * 1024
const cutAfterBytes = 6 * 1024 * 1024

/** The netbooted kernel with the flash agent in it. However it ends, the board boots again. */
export async function runKernel(run: BoardRun, kernel: NetworkKernel): Promise<'reboot'> {
  const { spec, world, console, signal, enter } = run
  const { faults } = world
  enter('booting', `${kernel.name} starts`)
  console.write(`kernel ${kernel.name}, command line: ${kernel.cmdline}`)
  await world.delay(takes.kernel, signal)
  enter('agent', 'the flash agent runs')
  const done = new AbortController()
  void cutPowerWhileWriting(run, AbortSignal.any([signal, done.signal]))
  const end = await runAgent({
    board: spec,
    cmdline: kernel.cmdline,
    folder: run.folder,
    disk: faults.has('disk-gone', spec.name)
      ? undefined
      : {
          path: run.diskPath,
          serial: faults.has('wrong-disk-serial', spec.name)
            ? wrongSerial(spec.disk.serial)
            : spec.disk.serial,
          writable: faults.has('disk-write-error', spec.name) ? writableBytes : undefined,
        },
    console,
    signal,
  }).finally(() => done.abort())
  console.write(sentence(end))
  if (!('exit' in end) || end.exit !== 0) await sleep(failedAgentMs, undefined, { signal })
  return 'reboot'
}

function sentence(end: AgentEnd): string {
  if ('failed' in end) return `the flash agent did not run: ${end.failed}`
  return end.exit === 0 ? 'the flash agent is done, rebooting' : `the flash agent failed (exit ${end.exit})`
}

/** Plays `power-cut@flash`: waits until a few MiB have reached the disk. */
async function cutPowerWhileWriting({ spec, world, diskPath }: BoardRun, signal: AbortSignal): Promise<void> {
  const written = async () => (await stat(diskPath)).blocks * 512
  const before = await written()
  while (!signal.aborted) {
    if (world.faults.has('power-cut@flash', spec.name) && (await written()) > before + cutAfterBytes) {
      world.faults.strike('power-cut@flash', spec.name)
      return world.cutPower(spec.name)
    }
    await sleep(25, undefined, { signal }).catch(() => {})
  }
}
