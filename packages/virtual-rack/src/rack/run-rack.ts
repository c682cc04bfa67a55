import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join, resolve } from 'node:path'
import { FaultError } from '@homerack/errors'
import { type Board, createBoard } from '../board/board.ts'
import { createKubernetesClusters } from '../cluster/kubernetes-clusters.ts'
import { loadEtcdClusters } from '../etcd/etcd-clusters.ts'
import { createFaultSet } from '../faults/fault-set.ts'
import { serveRouter } from '../router/serve-router.ts'
import { raiseAlarm } from '../talos/running-etcd.ts'
import type { TalosNode, TalosWorld } from '../talos/talos-node.ts'
import { controlSocket } from './connect-rack.ts'
import { type RackControl, serveControlApi } from './control-api.ts'
import { readJson, writeJson } from './json-file.ts'
import { claimLoopbackBase } from './loopback-base.ts'
import { scaledDelay } from './rack-context.ts'
import type { RackSpec } from './rack-spec.ts'
import type { RackStatus } from './rack-status.ts'
import { resolveThrough } from './resolve-address.ts'

export type RunRackOptions = {
  spec: RackSpec
  dir: string
  /** Seconds without a holder after which the rack ends; undefined keeps it until it is stopped. */
  linger: number | undefined
  /** Ends the rack. */
  signal: AbortSignal
  onReady?: (status: RackStatus) => void
}

/**
 * Plays a rack until it is stopped, nobody holds it any more, or the signal aborts.
 *
 * @throws FaultError E_RACK_RUNS if another process plays this folder, E_RACK_NO_LOOPBACK, E_RACK_DISK_SIZE.
 */
export async function runRack(options: RunRackOptions): Promise<void> {
  const dir = resolve(options.dir)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  await using stack = new AsyncDisposableStack()
  const lock = await lockFolder(dir)
  stack.defer(() => void lock.close())
  const claimed = await claimLoopbackBase(dir)
  stack.defer(claimed.release)
  const stopped = Promise.withResolvers<void>()
  options.signal.addEventListener('abort', () => stopped.resolve(), { once: true })

  const boards = new Map<string, Board>()
  const world = await buildWorld(options.spec, { dir, base: claimed.base, boards })
  stack.defer(() => world.etcd.flush())
  stack.defer(() => world.kubernetes.close())
  const router = await serveRouter(world)
  stack.defer(() => router.close())
  stack.defer(async () => void (await Promise.all([...boards.values()].map((board) => board.close()))))
  for (const board of options.spec.boards) {
    boards.set(board.name, await createBoard(board, world, stopped.reject))
  }
  const power = await loadPower(dir)
  stack.defer(() => power.flush())
  for (const board of boards.values()) board.power(power.isOn(board.spec.name))

  const keep = options.linger === undefined
  const control = controlOf({ world, boards, power, keep }, () => stopped.resolve())
  const lingerOn = lingering(options.linger, () => stopped.resolve())
  stack.defer(() => lingerOn(1))
  const api = await serveControlApi(controlSocket(dir), control, lingerOn)
  stack.defer(api.close)
  lingerOn(0)
  options.onReady?.(control.status())
  await stopped.promise
}

type Place = { dir: string; base: string; boards: Map<string, Board> }

async function buildWorld(spec: RackSpec, { dir, base, boards }: Place): Promise<TalosWorld> {
  const nodes = new Map<string, TalosNode>()
  const context = {
    spec,
    dir,
    base,
    loopback: resolveThrough({ base, cidr: spec.network.cidr }),
    faults: createFaultSet(spec.faults, spec.boards, () => nodes.forEach(raiseAlarm)),
    now: () => new Date(),
    delay: scaledDelay(spec.speed),
  }
  const etcd = await loadEtcdClusters(dir)
  return {
    ...context,
    etcd,
    kubernetes: createKubernetesClusters(context, etcd),
    nodes,
    cutPower: (name) => boards.get(name)?.cutPower(),
  }
}

/** Two processes must not play one folder: the name is held by the kernel and freed with the process. */
async function lockFolder(dir: string): Promise<Server> {
  const name = `\0homerack-rack-${createHash('sha256').update(dir).digest('hex').slice(0, 32)}`
  const server = createServer((socket) => socket.destroy())
  const { promise, resolve: locked, reject } = Promise.withResolvers<void>()
  server.once('error', () =>
    reject(new FaultError({ code: 'E_RACK_RUNS', subject: dir, cause: 'another process plays this rack' })),
  )
  server.listen(name, locked)
  await promise
  return server.unref()
}

type Power = {
  isOn(board: string): boolean
  set(board: string, on: boolean): void
  /** Waits until it is on the disk. */
  flush(): Promise<void>
}

/** Boards have power when the rack starts, unless they were turned off by hand before. */
async function loadPower(dir: string): Promise<Power> {
  const file = join(dir, 'power.json')
  const off = new Set(((await readJson(file)) as { off?: string[] } | undefined)?.off)
  let saved: Promise<void> = Promise.resolve()
  return {
    isOn: (board) => !off.has(board),
    set(board, on) {
      if (on) off.delete(board)
      else off.add(board)
      const value = { off: [...off] }
      saved = saved.then(() => writeJson(file, value))
    },
    flush: () => saved,
  }
}

type Running = { world: TalosWorld; boards: Map<string, Board>; power: Power; keep: boolean }

function controlOf(running: Running, stop: () => void): RackControl {
  const { world, boards, power } = running
  return {
    status: () => statusOf(running),
    power(name, on) {
      const board = boards.get(name)
      if (!board) throw requestFault(name, `no board is named "${name}": ${[...boards.keys()].join(', ')}`)
      power.set(name, on)
      board.power(on)
    },
    changeFaults: (change) => world.faults.change(change),
    stop,
  }
}

function requestFault(subject: string, cause: string): FaultError {
  return new FaultError({ code: 'E_RACK_REQUEST', subject, cause })
}

function statusOf({ world, boards, keep }: Running): RackStatus {
  const { spec, base, loopback, etcd, faults } = world
  const known = [spec.network.gateway, spec.operator.address, spec.vip]
  const statuses = [...boards.values()].map((board) => board.status())
  const addresses = [...known, ...statuses.flatMap(({ address }) => address ?? [])]
  return {
    pid: process.pid,
    keep,
    spec,
    base,
    cidr: spec.network.cidr,
    addresses: Object.fromEntries(addresses.map((address) => [address, loopback(address)])),
    boards: statuses,
    etcdClusters: etcd.list().map(({ id }) => id),
    faults: faults.list(),
  }
}

/** Calls `end` once nobody has held the rack for a while. */
function lingering(seconds: number | undefined, end: () => void): (holders: number) => void {
  let timer: NodeJS.Timeout | undefined
  return (holders) => {
    clearTimeout(timer)
    if (holders === 0 && seconds !== undefined) timer = setTimeout(end, seconds * 1000)
  }
}
