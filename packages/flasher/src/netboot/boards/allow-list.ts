import { bytesOfMac, macOfBytes } from '../network/ipv4.ts'

/**
 * A board that may boot. `serial`: the low 32 bits as 8 hex digits. `lease`: the address that a DHCP server of ours
 * gives it.
 */
export type AllowedBoard = {
  readonly name: string
  readonly serial: string
  readonly mac: string
  readonly lease?: string
}

/** What a board was found to be: allowed, or why not. */
export type Admission<Board = AllowedBoard> =
  | { readonly kind: 'allowed'; readonly board: Board }
  | { readonly kind: 'refused'; readonly cause: string }

export type AllowList = {
  readonly boards: readonly AllowedBoard[]
  bySerial(serial: string): AllowedBoard | undefined
  /** By the first part of a TFTP name: the serial, or the MAC with dashes (TFTP_PREFIX=2). */
  byPrefix(prefix: string): AllowedBoard | undefined
  /** Serial (any of the readings given) and MAC must both be those of one board. */
  admit(serials: readonly string[], mac: string): Admission
}

/** The allow-list. Serials and MACs compare in lower case, MACs with colons. */
export function createAllowList(boards: readonly AllowedBoard[]): AllowList {
  const normal = boards.map((board) => ({
    ...board,
    serial: board.serial.toLowerCase(),
    mac: macOfBytes(bytesOfMac(board.mac)),
  }))
  const bySerial = (serial: string): AllowedBoard | undefined =>
    normal.find((board) => board.serial === serial.toLowerCase())
  return {
    boards: normal,
    bySerial,
    byPrefix: (prefix) =>
      bySerial(prefix) ?? normal.find(({ mac }) => mac.replaceAll(':', '-') === prefix.toLowerCase()),
    admit: (serials, mac) => {
      const board = normal.find(({ serial }) => serials.includes(serial))
      if (board?.mac === mac) return { kind: 'allowed', board }
      const other = normal.find((candidate) => candidate.mac === mac)
      if (board) return refused(`has the serial of ${board.name}, whose MAC should be ${board.mac}`)
      if (other) return refused(`has the MAC of ${other.name}, whose serial should be ${other.serial}`)
      return refused('is not on the list of boards')
    },
  }
}

function refused(cause: string): Admission<never> {
  return { kind: 'refused', cause }
}
