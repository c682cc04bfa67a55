import type { RackSpec } from './rack-spec.ts'

/**
 * What a board is doing. `off` is without power; `firmware` is the boot ROM and EEPROM; `netbooting` loads its
 * kernel; `agent` runs the flash agent; `booting` is Talos starting from NVMe; the last ones are Talos' own
 * machine stages.
 */
export type BoardPhase =
  | 'off'
  | 'firmware'
  | 'netbooting'
  | 'agent'
  | 'booting'
  | 'maintenance'
  | 'running'
  | 'rebooting'
  | 'resetting'
  | 'upgrading'
  | 'shutting-down'

export type BoardStatus = {
  name: string
  serial: string
  slot: number
  power: boolean
  phase: BoardPhase
  /** One sentence: what it is doing or waiting for. */
  detail: string
  /** Its address in the rack's network: a lease, or the static one of its machine config. */
  address?: string
  /** The file that plays the NVMe. */
  disk: string
  /** Its console, as a file. */
  log: string
}

export type RackStatus = {
  pid: number
  /** Whether it stays when nobody holds it. */
  keep: boolean
  /** What it was started with. */
  spec: RackSpec
  /** First three octets of the loopback network that plays the LAN, e.g. `127.44.7`. */
  base: string
  cidr: string
  /** Every address known in the rack's network, with the loopback address that plays it. */
  addresses: Record<string, string>
  boards: BoardStatus[]
  /** Ids of the etcd clusters that were ever bootstrapped. More than one means that something went very wrong. */
  etcdClusters: string[]
  faults: string[]
}
