import { didYouMean } from '@homerack/errors'

/** What can be made to go wrong, by name. `once` faults are used up when they strike. */
export const rackFaults = {
  'power-cut@flash': { once: true, does: 'power fails while the flash agent writes, and comes back' },
  'power-cut@configure': {
    once: true,
    does: 'power fails while a machine config is being applied, before it is on the disk, and comes back',
  },
  'disk-write-error': { once: false, does: 'writes beyond the first 4 MiB of the NVMe fail' },
  'disk-gone': { once: false, does: 'the board finds no NVMe' },
  'wrong-disk-serial': { once: false, does: 'the NVMe reports another serial number' },
  'disk-not-empty': { once: true, does: 'an empty NVMe turns up with the partitions of a NAS' },
  'nic-silent': { once: false, does: 'the board neither sends nor answers on the network' },
  'packet-loss': { once: false, does: 'one in 25 datagrams of DHCP and TFTP is lost, each way' },
  'packet-duplicate': { once: false, does: 'each datagram of DHCP and TFTP arrives twice' },
  'packet-reorder': { once: false, does: 'one in 5 datagrams of DHCP and TFTP arrives 20 ms late' },
  'slow-node': { once: false, does: 'the Talos API answers each call a second late' },
  'api-slow': { once: false, does: 'the Talos API answers each call ten seconds late' },
  'clock-not-in-sync': {
    once: false,
    does: 'the node never gets its time, so that etcd cannot be bootstrapped',
  },
  'clock-skew': {
    once: false,
    does: "the node's clock is an hour ahead, so that certificates it makes are not valid yet",
  },
  'image-import-cut': { once: true, does: 'the import of an image breaks off after its first MiB' },
  'upgrade-fails-to-boot': {
    once: false,
    does: 'a Talos version that was upgraded to does not boot, and the node goes back to the one before',
  },
  'etcd-alarm': {
    once: true,
    does: 'the etcd member raises NOSPACE: nothing is written until that is disarmed',
  },
  'maintenance-certificate-changed': {
    once: false,
    does: 'the maintenance API shows another certificate to every connection',
  },
} as const satisfies Record<string, { once: boolean; does: string }>

export type FaultName = keyof typeof rackFaults
export const faultNames = Object.keys(rackFaults) as FaultName[]

/** A fault at one board, or at every board. Written `name` or `name:board`. */
export type RackFault = { name: FaultName; board?: string }

/** `text` as a fault of a rack with these boards, or a sentence on why it is none. */
export function parseFault(
  text: string,
  boards: readonly { name: string }[],
): RackFault | { unknown: string } {
  const [name = '', board] = text.split(':')
  if (!Object.hasOwn(rackFaults, name))
    return { unknown: `no fault is named "${name}"${near(name, faultNames)}` }
  if (board === undefined) return { name: name as FaultName }
  const names = boards.map((each) => each.name)
  if (!names.includes(board)) return { unknown: `no board is named "${board}"${near(board, names)}` }
  return { name: name as FaultName, board }
}

export function formatFaultName({ name, board }: RackFault): string {
  return board === undefined ? name : `${name}:${board}`
}

function near(word: string, candidates: readonly string[]): string {
  const guess = didYouMean(word, candidates)
  return guess ? `, did you mean ${guess}?` : ''
}
