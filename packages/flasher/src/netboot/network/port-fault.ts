import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Fault } from '@homerack/errors'

/** A port that homerack wants to listen on. */
export type WantedPort = {
  /** What listens there: TFTP, DHCP, HTTP. */
  readonly service: string
  readonly transport: 'udp' | 'tcp'
  readonly address: string
  readonly port: number
}

/**
 * Why a port could not be opened, as a fault with the remedy; undefined for errors that are not about ports.
 * @param owner finds the process that holds the port; reads /proc by default
 */
export function portFault(
  error: unknown,
  wanted: WantedPort,
  owner: (wanted: WantedPort) => string | undefined = portOwner,
): Fault | undefined {
  const { service, transport, address, port } = wanted
  const subject = `${service} port ${port}/${transport}`
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE': {
      const holder = owner(wanted)
      return {
        code: 'E_PORT_IN_USE',
        subject,
        cause: `${holder ?? 'another process'} already listens on ${address}`,
        hint: holder
          ? 'Stop it, or choose another port.'
          : `Find it with: ss -lpn 'sport = :${port}'. Stop it, or choose another port.`,
      }
    }
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'E_PORT_PRIVILEGE',
        subject,
        cause: 'ports below 1024 need a privilege that this process lacks',
        hint: [
          `Allow it once: sudo setcap cap_net_bind_service=+ep ${process.execPath}`,
          'Or run the command with sudo. A rehearsal can use ports from 1024 up; a real Pi cannot.',
        ].join('\n'),
      }
    case 'EADDRNOTAVAIL':
      return {
        code: 'E_ADDRESS_NOT_HERE',
        subject,
        cause: `${address} is not an address of this machine`,
        hint: 'Name the address of the interface that the boards are connected to.',
      }
    default:
      return undefined
  }
}

/** The process that holds a port, as `name (pid n)`. Linux only; undefined where /proc does not tell. */
export function portOwner({ transport, port }: WantedPort): string | undefined {
  try {
    const inodes = new Set(['', '6'].flatMap((family) => inodesOf(`/proc/net/${transport}${family}`, port)))
    for (const pid of readdirSync('/proc')) {
      if (/^\d+$/.test(pid) && holdsSocket(pid, inodes)) {
        return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`
      }
    }
  } catch {
    // No /proc (macOS), or the process went away while we looked.
  }
  return undefined
}

function inodesOf(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync(table, 'utf8').split('\n').slice(1)
  return rows.flatMap((row) => {
    const columns = row.trim().split(/\s+/)
    const inode = columns[9]
    // State 0A is a listening TCP socket; UDP sockets are 07.
    return columns[1]?.endsWith(suffix) && /^0[7A]$/.test(columns[3] ?? '') && inode ? [inode] : []
  })
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return inodes.has(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? '')
      } catch {
        return false
      }
    })
  } catch {
    return false
  }
}
