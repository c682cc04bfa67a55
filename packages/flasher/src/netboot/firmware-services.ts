import type { AllowedBoard, AllowList } from './boards/allow-list.ts'
import type { BoardRegistry } from './boards/board-registry.ts'
import type { LeasedBoard, LeaseNetwork } from './dhcp/answer-lease.ts'
import type { PxeAnswer } from './dhcp/answer-pxe.ts'
import type { DhcpService } from './dhcp/dhcp-sockets.ts'
import { type DhcpServerHeard, hearDhcpServers } from './dhcp/hear-dhcp-servers.ts'
import { serveLeases } from './dhcp/lease-dhcp.ts'
import { serveProxyDhcp } from './dhcp/proxy-dhcp.ts'
import type { NetbootEvent, UnknownBoard } from './netboot-event.ts'
import { addressHolder } from './network/address-holder.ts'
import type { Tap } from './network/tap.ts'
import type { PxeClients, PxeMachine } from './pxe-clients.ts'
import { serveTftp, type TftpServer } from './tftp/serve-tftp.ts'
import type { FileFinder } from './tree/find-file.ts'

/** What the services for the boot firmware share. */
export type FirmwareContext = {
  readonly address: string
  readonly boards: AllowList
  readonly registry: BoardRegistry
  readonly onUnknown: (unknown: UnknownBoard) => void
  readonly emit: (event: NetbootEvent) => void
  readonly now: () => number
  readonly pxe?: PxeClients | undefined
  readonly tap?: Tap | undefined
}

/** TFTP for the boards on the list. @throws FaultError as `serveTftp` */
export function serveBootFiles(
  context: FirmwareContext,
  port: number,
  find: FileFinder,
): Promise<TftpServer> {
  const { address, registry, onUnknown, emit, now, pxe, tap } = context
  return serveTftp({
    address,
    port,
    now,
    tap,
    lookup: (name, client) => {
      const found = find(name, client)
      const other = pxe?.find(name)
      if (other && found.kind !== 'file') return other
      if (found.kind === 'file') {
        registry.onFirmware(found.board, client)
        return found.bytes
      }
      const { prefix } = found
      const cause = prefix ? 'is not on the list of boards' : 'asked for a file without naming a board'
      onUnknown({ via: 'tftp', address: client, ...(prefix?.length === 8 ? { serial: prefix } : {}), cause })
      return undefined
    },
    onEnd: (end) => {
      const found = find(end.file, end.client)
      if (found.kind === 'file') emit({ type: 'file', board: found.board.name, ...end })
    },
  })
}

/**
 * Proxy DHCP for the boards on the list.
 * @param server the TFTP server's address
 * @throws FaultError as `serveProxyDhcp`
 */
export function serveBootOffers(
  context: FirmwareContext,
  ports: { readonly dhcp: number; readonly pxe: number },
  server: string,
): Promise<DhcpService> {
  const { address, boards, registry, onUnknown, emit, pxe, tap } = context
  return serveProxyDhcp<AllowedBoard>({
    address,
    port: ports.dhcp,
    server,
    tap,
    ...(pxe && { pxe: pxePolicy(context, pxe, ports.pxe) }),
    admit: ({ serials, mac }) => boards.admit(serials, mac),
    onAnswer: (answer, from) => {
      if (answer.kind === 'offer') {
        registry.onFirmware(answer.board, from.address)
        return emit({ type: 'dhcp', board: answer.board.name, mac: answer.board.mac })
      }
      const { serials, mac } = answer.pi
      onUnknown({ via: 'dhcp', address: from.address, serial: serials[0], mac, cause: answer.cause })
    },
  })
}

/** Some servers look for 3 s whether an address is free before they offer it. */
const HEAR_MS = 5000

/**
 * Leases for the boards on the list, in a network without another DHCP server.
 * @param leases the TFTP server's address, the network, and how other servers are found: by asking, on a real network
 * @throws FaultError as `serveLeases`
 */
export function serveBootLeases(
  context: FirmwareContext,
  port: number,
  leases: {
    readonly server: string
    readonly network: LeaseNetwork
    readonly hearServers?: (() => Promise<DhcpServerHeard[]>) | undefined
  },
): Promise<DhcpService> {
  const { address, boards, registry, onUnknown, emit, tap } = context
  const isRehearsal = address.startsWith('127.')
  const { hearServers = async () => (isRehearsal ? [] : hearDhcpServers({ address, waitMs: HEAR_MS })) } =
    leases
  return serveLeases({
    ...leases,
    address,
    port,
    tap,
    hearServers,
    holderOf: isRehearsal ? async () => undefined : addressHolder,
    boards: boards.boards.filter((board): board is LeasedBoard => board.lease !== undefined),
    admit: ({ serials, mac }) => boards.admit(serials, mac),
    onWarning: (fault) => emit({ type: 'warning', board: fault.subject, fault }),
    onAnswer: (answer, from) => {
      if (answer.kind === 'unknown') {
        const { serials, mac } = answer.pi
        return onUnknown({ via: 'dhcp', address: from.address, serial: serials[0], mac, cause: answer.cause })
      }
      if (answer.kind !== 'offer' && answer.kind !== 'ack') return
      const { name, mac, lease } = answer.board
      if (answer.pi) registry.onFirmware(answer.board, from.address)
      emit({ type: 'dhcp', board: name, mac, ...(answer.kind === 'ack' && { leased: lease }) })
    },
  })
}

function pxePolicy({ onUnknown, emit }: FirmwareContext, clients: PxeClients, port: number) {
  const { bootFiles, admit } = clients
  return {
    port,
    bootFiles,
    admit,
    onAnswer: (answer: Exclude<PxeAnswer<PxeMachine>, { kind: 'ignored' }>, from: { address: string }) => {
      const { mac } = answer.pxe
      if (answer.kind === 'unknown')
        return onUnknown({ via: 'dhcp', address: from.address, mac, cause: answer.cause })
      clients.onAnswer()
      emit({ type: 'dhcp', board: answer.client.name, mac })
    },
  }
}
