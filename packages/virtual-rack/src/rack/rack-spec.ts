import { type Fault, FaultError } from '@homerack/errors'
import { z } from 'zod'
import { faultNames, parseFault } from '../faults/rack-fault.ts'
import { inNetwork, parseCidr } from './ipv4.ts'

const address = z.ipv4()
const port = z.int().min(1024).max(65535)
const bytes = z.int().positive()

const boardSpec = z.strictObject({
  /** The node's name, used in the control API, in faults and in file names. */
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/),
  /** Low 32 bits of the board serial, 8 lower-case hex digits, as the boot firmware sends it. */
  serial: z.string().regex(/^[0-9a-f]{8}$/),
  mac: z.string().regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
  /** Board revision as in /proc/cpuinfo, e.g. `e04171` (Pi 5 16 GB, D0 silicon). */
  revision: z.string().regex(/^[0-9a-f]{6}$/),
  memory: bytes,
  slot: z.int().positive(),
  disk: z.strictObject({
    serial: z.string().regex(/^[A-Za-z0-9_-]+$/),
    model: z.string().min(1),
    size: bytes.refine((size) => size % 512 === 0, 'a disk is a whole number of 512-byte sectors'),
  }),
})

const rackSpec = z.strictObject({
  network: z.strictObject({
    cidr: z.cidrv4(),
    gateway: address,
    leases: z.strictObject({ from: address, to: address }),
  }),
  operator: z.strictObject({ address, tftp: port, dhcp: port, http: port }),
  netboot: z.enum(['tftp-address', 'proxy-dhcp', 'dhcp']),
  vip: address,
  boards: z.array(boardSpec).min(1),
  speed: z.number().min(0).max(100),
  faults: z.array(z.string()),
})

/** What a rack is made of. Sizes are in bytes, addresses are the real network's. */
export type RackSpec = {
  network: { cidr: string; gateway: string; leases: { from: string; to: string } }
  /** Where the operator serves netboot: its address in the rack's network and its real ports (1024 or more). */
  operator: { address: string; tftp: number; dhcp: number; http: number }
  /** How a board finds the operator's TFTP: told by its EEPROM, or by an offer beside the router's. */
  netboot: 'tftp-address' | 'proxy-dhcp' | 'dhcp'
  /** The control planes' shared address, answered while etcd has quorum. */
  vip: string
  boards: BoardSpec[]
  /** Factor on every delay that stands for hardware taking its time: 0 leaves them out, 1 is a brisk rehearsal. */
  speed: number
  /** Faults asked for by name, see `rackFaults`. */
  faults: string[]
}

export type BoardSpec = z.infer<typeof boardSpec>

/**
 * A rack spec from JSON, checked.
 *
 * @throws FaultError E_RACK_SPEC for each thing that is wrong.
 */
export function parseRackSpec(input: unknown, file = 'rack spec'): RackSpec {
  const parsed = rackSpec.safeParse(input)
  if (!parsed.success) {
    throw new FaultError(
      parsed.error.issues.map((issue) =>
        specFault(file, [issue.path.join('.'), issue.message].filter(Boolean).join(': ')),
      ),
    )
  }
  const faults = crossCheck(parsed.data).map((cause) => specFault(file, cause))
  if (faults.length > 0) throw new FaultError(faults)
  return parsed.data
}

function specFault(file: string, cause: string): Fault {
  return { code: 'E_RACK_SPEC', subject: file, cause }
}

function crossCheck(spec: RackSpec): string[] {
  const network = parseCidr(spec.network.cidr)
  const wrong: string[] = []
  if (network.prefix < 24)
    wrong.push(`network.cidr: ${spec.network.cidr} is wider than /24, which the loopback plays`)
  const addresses = [spec.network.gateway, spec.network.leases.from, spec.network.leases.to]
  for (const each of [...addresses, spec.operator.address, spec.vip]) {
    if (!inNetwork(network, each)) wrong.push(`${each} is not in ${spec.network.cidr}`)
  }
  for (const key of ['name', 'serial', 'mac', 'slot'] as const) {
    for (const twice of repeated(spec.boards.map((board) => String(board[key])))) {
      wrong.push(`boards: two have the ${key} ${twice}`)
    }
  }
  for (const twice of repeated(spec.boards.map((board) => board.disk.serial))) {
    wrong.push(`boards: two have a disk with the serial ${twice}`)
  }
  for (const text of spec.faults) {
    const fault = parseFault(text, spec.boards)
    if ('unknown' in fault) wrong.push(`faults: ${fault.unknown}. Known: ${faultNames.join(', ')}`)
  }
  return wrong
}

function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))]
}
