import type { AllowedBoard, AllowList } from './boards/allow-list.ts'
import type { BoardRegistry } from './boards/board-registry.ts'
import { type ProxyDhcp, serveProxyDhcp } from './dhcp/proxy-dhcp.ts'
import type { NetbootEvent, UnknownBoard } from './netboot-event.ts'
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
}

/** TFTP for the boards on the list. @throws FaultError as `serveTftp` */
export function serveBootFiles(
  context: FirmwareContext,
  port: number,
  find: FileFinder,
): Promise<TftpServer> {
  const { address, registry, onUnknown, emit, now } = context
  return serveTftp({
    address,
    port,
    now,
    lookup: (name, client) => {
      const found = find(name, client)
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
export function serveBootOffers(context: FirmwareContext, port: number, server: string): Promise<ProxyDhcp> {
  const { address, boards, registry, onUnknown, emit } = context
  return serveProxyDhcp<AllowedBoard>({
    address,
    port,
    server,
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
