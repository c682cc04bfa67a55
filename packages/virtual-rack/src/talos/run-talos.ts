import { randomUUID } from 'node:crypto'
import type { BoardConsole } from '../board/console.ts'
import { acquireLease } from '../board/dhcp-client.ts'
import { talosDisk } from '../disk/talos-disk.ts'
import type { BoardSpec } from '../rack/rack-spec.ts'
import { serveTalosApi } from './api/serve-talos-api.ts'
import { withClockOf } from './clock-skew.ts'
import { type MachineConfig, parseMachineConfig } from './machine-config.ts'
import { createNodeControl } from './node-control.ts'
import { provisionVolumes } from './provision-volumes.ts'
import { runServices, startBasicServices } from './run-services.ts'
import { readEphemeral, readState } from './stored-state.ts'
import { createTalosNode, refreshAll, type TalosEnd, type TalosNode, type TalosWorld } from './talos-node.ts'
import { untilAborted, untilFound } from './until.ts'
import { confirmUpgrade, settleUpgrade } from './upgrade-node.ts'

export type TalosBoot = {
  board: BoardSpec
  world: TalosWorld
  diskPath: string
  /** Version on the disk. */
  version: string
  console: BoardConsole
  signal: AbortSignal
  /** Told about the node as soon as there is one. */
  onNode: (node: TalosNode) => void
}

/** How long each part of a boot takes at speed 1, in milliseconds. A real Pi takes some 40 s in all. */
const takes = { kernel: 800, reboot: 200 }

/**
 * Talos from power-on to reboot or shutdown: maintenance mode if the disk holds no config, then the node's life
 * with it. Everything it must know again is on its disk. Rejects when the signal aborts: the power went.
 */
export async function runTalos(boot: TalosBoot): Promise<TalosEnd> {
  const { board } = boot
  const world = withClockOf(board.name, boot.world)
  await world.delay(takes.kernel, boot.signal)
  const address = await networkUp({ ...boot, world })
  const ended = new AbortController()
  const signal = AbortSignal.any([boot.signal, ended.signal])
  const node = await startNode({ ...boot, world }, address, signal)
  const running: Promise<unknown>[] = []
  world.nodes.set(board.name, node)
  boot.onNode(node)
  try {
    startBasicServices(node)
    if (await settleUpgrade(node)) return 'reboot'
    const config = (await storedConfig(node)) ?? (await maintenance(node))
    const end = typeof config === 'string' ? config : await live(node, config, running)
    node.log(end)
    await world.delay(takes.reboot, boot.signal)
    return end
  } finally {
    ended.abort()
    await Promise.allSettled(running)
    world.nodes.delete(board.name)
    refreshAll(world)
  }
}

/** The lease of the maintenance mode. Without a router Talos waits, as long as it takes. */
async function networkUp({ board, world, console, signal }: TalosBoot): Promise<string> {
  for (;;) {
    if (!world.faults.has('nic-silent', board.name)) {
      const lease = await acquireLease(board, world, signal)
      if (lease) {
        console.write(`[talos] end0: address ${lease.address} by DHCP`)
        return lease.address
      }
    }
    await world.delay(1000, signal)
  }
}

async function startNode(boot: TalosBoot, address: string, signal: AbortSignal): Promise<TalosNode> {
  const { board, world, diskPath, version, console } = boot
  const disk = talosDisk(diskPath)
  const { etcd, images } = await readEphemeral(disk)
  const known = etcd && world.etcd.get(etcd.cluster) ? etcd : undefined
  console.write(`[talos] ${version} starts on ${board.name}`)
  return createTalosNode(
    {
      board,
      world,
      disk,
      diskPath,
      version,
      console,
      signal,
      control: createNodeControl(),
      bootId: randomUUID(),
      bootTime: world.now(),
    },
    {
      stage: 'booting',
      config: undefined,
      address,
      hostname: `talos-${board.serial.slice(0, 3)}-${board.serial.slice(3, 6)}`,
      partitions: await disk.partitions(),
      failedVolumes: [],
      services: {},
      etcd: known,
      nodeReady: false,
      images,
    },
  )
}

async function storedConfig(node: TalosNode): Promise<MachineConfig | undefined> {
  const stored = await readState(node.disk)
  if (!stored) return undefined
  const text = stored.staged ?? stored.config
  if (stored.staged) await node.disk.write('STATE', { config: stored.staged })
  const parsed = parseMachineConfig(text)
  if ('config' in parsed) {
    await provisionVolumes(node, parsed.config)
    return parsed.config
  }
  node.log(`the config on STATE is not valid: ${parsed.wrong.join('; ')}`)
  return undefined
}

/** Maintenance mode: the API without client certificates, until a config comes or this boot ends. */
async function maintenance(node: TalosNode): Promise<MachineConfig | TalosEnd> {
  node.update({ stage: 'maintenance' })
  const api = await serveTalosApi(node, 'maintenance')
  node.log(`maintenance mode at ${node.state().address}, certificate fingerprint ${api.fingerprint}`)
  try {
    return await Promise.race([node.control.next(), untilAborted(node.signal)])
  } finally {
    await api.close()
  }
}

/** A configured node: its services and its API, which moves when a new config moves it. */
async function live(node: TalosNode, first: MachineConfig, running: Promise<unknown>[]): Promise<TalosEnd> {
  takeOn(node, first)
  node.update({ stage: 'booting' })
  const services = runServices(node, running)
  const proven = provenUpgrade(node)
  running.push(services, proven)
  services.catch(() => {}) // seen by the race below
  proven.catch(() => {}) // this boot ended before

  for (;;) {
    const api = await serveTalosApi(node, 'secured')
    node.log(`machine API at ${node.state().address}:50000`)
    try {
      const served = identityOf(node)
      while (identityOf(node) === served) {
        const next = await Promise.race([node.control.next(), services])
        if (typeof next === 'string') return next
        takeOn(node, next)
        if (node.state().nodeReady) node.world.kubernetes.forNode(node)?.register(node)
      }
    } finally {
      await api.close()
    }
  }
}

/** A boot that gets as far as this needs no fallback. Rejects when the boot ends before. */
async function provenUpgrade(node: TalosNode): Promise<void> {
  await untilFound(() => (node.state().stage === 'running' ? true : undefined), node.signal)
  await confirmUpgrade(node)
}

/** What the API's socket and certificate are made of. */
function identityOf(node: TalosNode): string {
  const { address, hostname, config } = node.state()
  return JSON.stringify([address, hostname, config?.osCa.crt, config?.certificateNames, config?.vip])
}

function takeOn(node: TalosNode, config: MachineConfig): void {
  node.update({
    config,
    address: config.address ?? node.state().address,
    hostname: config.hostname ?? node.state().hostname,
  })
}
