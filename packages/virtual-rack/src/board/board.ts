import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeNotEmpty } from '../disk/make-not-empty.ts'
import { insertNvme } from '../disk/nvme.ts'
import type { BoardSpec } from '../rack/rack-spec.ts'
import type { BoardPhase, BoardStatus } from '../rack/rack-status.ts'
import { unmetConditions } from '../talos/resources/describe-machine.ts'
import { runTalos } from '../talos/run-talos.ts'
import type { MachineStage, TalosNode, TalosWorld } from '../talos/talos-node.ts'
import { attemptBoot } from './attempt-boot.ts'
import { bootModes, rackBootOrder } from './boot-order.ts'
import { type BoardConsole, createConsole } from './console.ts'
import { type Boot, runFirmware } from './firmware.ts'
import { killLeftoverAgent } from './run-agent.ts'
import { runKernel } from './run-kernel.ts'

/** A Pi in its slot. */
export type Board = {
  readonly spec: BoardSpec
  status(): BoardStatus
  /** Power at the wall. Off is at once, whatever runs. */
  power(on: boolean): void
  /** Off and on again, as when a fuse blows. */
  cutPower(): void
  /** Off for good; waits until nothing of it runs. */
  close(): Promise<void>
}

/** What the parts of a board share while it has power. */
export type BoardRun = {
  readonly spec: BoardSpec
  readonly world: TalosWorld
  readonly diskPath: string
  /** For the board's own files. */
  readonly folder: string
  readonly console: BoardConsole
  readonly signal: AbortSignal
  /** Says what the board does now. */
  enter(phase: BoardPhase, detail: string): void
}

const powerCutMs = 300

/** A board without power. A bug in what it runs reaches `onBug`. */
export async function createBoard(
  spec: BoardSpec,
  world: TalosWorld,
  onBug: (error: unknown) => void,
): Promise<Board> {
  const diskPath = join(world.dir, 'disks', `${spec.disk.serial}.img`)
  const folder = join(world.dir, 'boards', spec.name)
  const console = createConsole(`${folder}.log`, world.now)
  await insertNvme(diskPath, spec.disk.size)
  killLeftoverAgent(folder)
  let now: { phase: BoardPhase; detail: string; node?: TalosNode } = { phase: 'off', detail: 'no power' }
  let supply: AbortController | undefined
  let life: Promise<void> = Promise.resolve()
  let comesBack = false

  const turnOn = () => {
    if (supply) return
    supply = new AbortController()
    const { signal } = supply
    console.write('power on')
    now = { phase: 'firmware', detail: 'power on' }
    const enter = (phase: BoardPhase, detail: string, node?: TalosNode) => {
      if (!signal.aborted) now = { phase, detail, ...(node && { node }) }
    }
    const run = { spec, world, diskPath, folder, console, signal, enter }
    life = life
      .then(() => liveWithPower(run, (node) => enter('booting', 'Talos starts', node)))
      .then(() => board.power(false))
      .catch((error: unknown) => {
        if (!signal.aborted) onBug(error)
      })
  }
  const turnOff = () => {
    if (!supply) return
    console.write('power off')
    supply.abort()
    supply = undefined
    now = { phase: 'off', detail: 'no power' }
  }
  const board: Board = {
    spec,
    status: () => statusOf({ spec, diskPath, log: console.path, power: supply !== undefined, ...now }),
    power(on) {
      comesBack = false
      if (on) turnOn()
      else turnOff()
    },
    cutPower() {
      turnOff()
      comesBack = true
      void sleep(powerCutMs).then(() => {
        if (comesBack) turnOn()
      })
    },
    async close() {
      board.power(false)
      await life
    },
  }
  return board
}

/** Boots until it is shut down: firmware, then what it found, again and again. Rejects when the power goes. */
async function liveWithPower(run: BoardRun, onNode: (node: TalosNode) => void): Promise<void> {
  const { spec, world, diskPath, console, signal } = run
  if (world.faults.has('disk-not-empty', spec.name) && (await makeNotEmpty(diskPath))) {
    world.faults.strike('disk-not-empty', spec.name)
  }
  for (;;) {
    const boot = await runFirmware(bootModes(rackBootOrder), (mode) => attemptBoot(run, mode))
    if (!boot || (await runBoot(boot)) === 'shutdown') return
  }
  async function runBoot(boot: Boot): Promise<'reboot' | 'shutdown'> {
    if (boot.from === 'network') return runKernel(run, boot.kernel)
    return runTalos({ board: spec, world, diskPath, version: boot.talos, console, signal, onNode })
  }
}

type Facts = {
  spec: BoardSpec
  diskPath: string
  log: string
  power: boolean
  phase: BoardPhase
  detail: string
  node?: TalosNode
}

const phases: Record<MachineStage, BoardPhase> = {
  booting: 'booting',
  installing: 'booting',
  maintenance: 'maintenance',
  running: 'running',
  rebooting: 'rebooting',
  'shutting down': 'shutting-down',
  resetting: 'resetting',
  upgrading: 'upgrading',
}

function statusOf({ spec, diskPath, log, power, phase, detail, node }: Facts): BoardStatus {
  const state = node?.state()
  const waiting = node ? unmetConditions(node).map(({ reason }) => reason) : []
  const { name, serial, slot } = spec
  return {
    name,
    serial,
    slot,
    power,
    phase: state ? phases[state.stage] : phase,
    detail: waiting.join('; ') || (state ? `Talos ${node?.version} ${state.stage}` : detail),
    ...(state && { address: state.address }),
    disk: diskPath,
    log,
  }
}
