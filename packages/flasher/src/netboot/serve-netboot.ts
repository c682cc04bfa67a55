import { type Fault, FaultError } from '@homerack/errors'
import type { Assignment, ImageManifest } from '../protocol/index.ts'
import { type AllowedBoard, createAllowList } from './boards/allow-list.ts'
import { type Consent, createBoardRegistry } from './boards/board-registry.ts'
import type { BoardSnapshot } from './boards/board-state.ts'
import { createUnknownBoards } from './boards/unknown-boards.ts'
import type { LeaseNetwork } from './dhcp/answer-lease.ts'
import type { DhcpService } from './dhcp/dhcp-sockets.ts'
import type { DhcpServerHeard } from './dhcp/hear-dhcp-servers.ts'
import { createEventQueue } from './event-queue.ts'
import {
  type FirmwareContext,
  serveBootFiles,
  serveBootLeases,
  serveBootOffers,
} from './firmware-services.ts'
import { serveAgents } from './http/serve-agents.ts'
import { loadAgent, openImage, openRuntime } from './load-inputs.ts'
import type { NetbootEvent, NetbootPorts } from './netboot-event.ts'
import { isInNetwork } from './network/ipv4.ts'
import { openCapture } from './network/open-capture.ts'
import { type Closable, openAll } from './open-all.ts'
import { loadPxeClients, type PxeOptions } from './pxe-clients.ts'
import { type BootTree, makeBootTree, type NetbootFiles } from './tree/boot-tree.ts'
import { createFileFinder } from './tree/find-file.ts'

/**
 * How boards learn the operator's address: from their EEPROM, from proxy DHCP beside the router, or from a DHCP
 * server of our own, for a network without one.
 */
export type NetbootMode = 'tftp-address' | 'proxy-dhcp' | 'dhcp'

export type NetbootOptions = {
  /** The interface's IPv4 address. On a real network the ports are 69, 67 and any; 0 asks for a free one. */
  readonly listen: {
    readonly address: string
    readonly tftpPort: number
    readonly dhcpPort: number
    readonly httpPort: number
  }
  /** What boards are told. `httpPort` 0 stands for the port that was opened. */
  readonly advertise: { readonly address: string; readonly httpPort: number }
  readonly mode: NetbootMode
  /** Only these boards are served. */
  readonly boards: readonly AllowedBoard[]
  readonly files: NetbootFiles
  /** The flash agent's bundle. */
  readonly agent: { readonly path: string }
  /** Node and its libraries as a cpio archive, unless the initramfs in `files` has them. */
  readonly runtime?: { readonly path: string }
  /** The framed image and its map. */
  readonly image: { readonly manifest: ImageManifest; readonly path: string }
  /** With `mode` dhcp: the network of the addresses that boards are leased. */
  readonly leases?: LeaseNetwork & {
    /** Finds other DHCP servers. Default: asks for 5 s, and nobody in a rehearsal. */
    readonly hearServers?: () => Promise<DhcpServerHeard[]>
  }
  /** Other machines that may boot beside the boards, with `mode` proxy-dhcp. */
  readonly pxe?: PxeOptions
  /** A pcap file for the DHCP and TFTP datagrams that were seen. */
  readonly capture?: string
  readonly signal?: AbortSignal
  /** Milliseconds that an assignment waits for its board's agent. Default 15 minutes. */
  readonly armedFor?: number
  /** Milliseconds that an agent's question for its assignment is held open. Default 25 000. */
  readonly pollMs?: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

export type Netboot = {
  /** What happens, for one reader. Ends when netboot is closed. */
  readonly events: AsyncIterable<NetbootEvent>
  readonly ports: NetbootPorts
  /**
   * Arms a board: its agent gets the image for the disk named here. Until it has flashed or failed, or nobody
   * fetched the assignment in time.
   * @throws FaultError E_BOARD_UNKNOWN
   */
  assign(serial: string, consent: Consent): Assignment
  /** Takes back an assignment that was not fetched yet. A board that writes goes on writing. */
  disarm(serial: string): void
  boards(): BoardSnapshot[]
  close(): Promise<void>
}

/**
 * Everything that a board needs from the operator between an empty disk and a written one: proxy DHCP, TFTP
 * for kernel and initramfs, HTTP for the flash agent and the image. Nothing served is secret.
 * @throws FaultError E_NETBOOT_* for the files, E_AGENT_UNREADABLE, E_IMAGE_UNREADABLE, E_DHCP_LEASES,
 *   E_DHCP_SERVER_HERE, E_CAPTURE, E_PORT_IN_USE, E_PORT_PRIVILEGE, E_ADDRESS_NOT_HERE
 */
export async function serveNetboot(options: NetbootOptions): Promise<Netboot> {
  const { signal } = options
  signal?.throwIfAborted()
  checkLeases(options)
  const queue = createEventQueue<NetbootEvent>(({ type }) => type === 'progress' || type === 'file')
  const opened: Closable[] = []
  const closeParts = async (): Promise<void> => {
    // The capture was opened first, and sees the others close.
    for (const part of opened.toReversed()) await part.close()
    queue.close()
  }
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= closeParts()
    return closed
  }
  try {
    const parts = await start(options, opened, queue.push)
    signal?.throwIfAborted()
    signal?.addEventListener('abort', () => void close(), { once: true })
    queue.push({ type: 'listening', address: options.listen.address, ports: parts.ports })
    return { ...parts, events: queue.events, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  { listen, advertise, mode, signal: _, ...options }: NetbootOptions,
  opened: Closable[],
  emit: (event: NetbootEvent) => void,
): Promise<Omit<Netboot, 'events' | 'close'>> {
  const { now = Date.now, pollMs = 25_000, armedFor = 15 * 60_000 } = options
  const { manifest, path } = options.image
  const capture = options.capture === undefined ? undefined : await openCapture(options.capture, now)
  if (capture) opened.push(capture)
  const [{ image }, second] = await openAll(opened, [
    openImage(path, manifest),
    options.runtime ? openRuntime(options.runtime.path) : Promise.resolve(undefined),
  ])
  const runtime = second?.runtime
  const pxe = options.pxe && (await loadPxeClients(options.pxe, now))
  const agent = await loadAgent(options.agent.path)
  const boards = createAllowList(options.boards)
  const onUnknown = createUnknownBoards((unknown) => emit({ type: 'unknown-board', ...unknown }), now)
  // Both are known once HTTP has its port; until then nobody is served.
  let operator = ''
  let tree: BootTree = new Map()
  const imageUrl = (): string => `${operator}/images/${image.sha256}`
  const registry = createBoardRegistry({ boards, manifest, url: imageUrl, armedFor, now, emit })
  const { address } = listen
  const shared = { address, boards, registry, onUnknown, emit, now }
  const context: FirmwareContext = { ...shared, pxe, tap: capture?.tap }
  const onFailure = (error: Error): void => emit({ type: 'warning', fault: httpFailure(error) })
  const http = { address: listen.address, port: listen.httpPort, pollMs, onUnknown, onFailure }
  const [web, tftp, dhcp] = await openAll(opened, [
    serveAgents({ ...http, boards, registry, agent, runtime, image }),
    serveBootFiles(
      context,
      listen.tftpPort,
      createFileFinder(() => tree, boards),
    ),
    serveDhcp(context, { listen, advertise, mode, ...options }),
  ])
  operator = `http://${advertise.address}:${advertise.httpPort || web.port}`
  tree = await makeBootTree(options.files, {
    agent: `${operator}/agent.mjs`,
    sha256: agent.sha256,
    operator,
    runtime: runtime && { url: `${operator}/runtime.cpio`, sha256: runtime.sha256 },
  })
  const ports = { tftp: tftp.port, http: web.port, ...portsOf(dhcp) }
  const { assign, disarm, snapshots } = registry
  return { ports, assign, disarm, boards: snapshots }
}

function portsOf(dhcp: DhcpService | undefined): Pick<NetbootPorts, 'dhcp' | 'pxe'> {
  return dhcp ? { dhcp: dhcp.port, ...(dhcp.pxePort !== undefined && { pxe: dhcp.pxePort }) } : {}
}

function serveDhcp(
  context: FirmwareContext,
  { mode, listen, advertise, leases, pxe }: NetbootOptions,
): Promise<DhcpService | undefined> {
  const { address: server } = advertise
  if (mode === 'dhcp' && leases)
    return serveBootLeases(context, listen.dhcpPort, {
      server,
      network: leases,
      hearServers: leases.hearServers,
    })
  if (mode !== 'proxy-dhcp') return Promise.resolve(undefined)
  return serveBootOffers(context, { dhcp: listen.dhcpPort, pxe: pxe?.port ?? 4011 }, server)
}

function checkLeases({ mode, leases, boards }: NetbootOptions): void {
  if (mode !== 'dhcp') return
  const fault = (subject: string, cause: string): Fault => ({ code: 'E_DHCP_LEASES', subject, cause })
  if (!leases) throw new FaultError(fault('netboot', 'the network of the addresses to lease is not given'))
  const faults = boards.flatMap(({ name, lease }) => {
    if (lease === undefined) return [fault(name, 'has no address that it could be leased')]
    return isInNetwork(lease, leases.cidr) ? [] : [fault(name, `${lease} is not in ${leases.cidr}`)]
  })
  if (faults.length > 0) throw new FaultError(faults)
}

function httpFailure(error: Error): Fault {
  return {
    code: 'W_HTTP_FAILED',
    subject: 'HTTP',
    cause: `a request could not be answered: ${error.message}`,
  }
}
