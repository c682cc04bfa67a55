import { bytesOfMac, macOfBytes } from '../network/ipv4.ts'
import { OPTION } from './dhcp-options.ts'
import { type DhcpPacket, MESSAGE, messageTypeOf } from './dhcp-packet.ts'

/** A Raspberry Pi as its DISCOVER describes it. */
export type PiIdentity = {
  /** RPi4 is also what a Pi 5 says with a bootloader older than 2023-10-30. */
  readonly model: 'RPi4' | 'RPi5'
  /** `aa:bb:cc:dd:ee:ff`, from chaddr. */
  readonly mac: string
  /** The low 32 bits of the serial as 8 hex digits, likeliest byte order first. */
  readonly serials: readonly [string, string]
}

const PXE_CLIENT = 'PXEClient:Arch:00000:UNDI:002001'

/**
 * Who sent this DISCOVER, if its sender is a Raspberry Pi: option 60 starts with `PXEClient` and option 97
 * carries the model's four letters. The maker's address block is no evidence; published lists miss `2c:cf:67`.
 *
 * Option 97 is `00`, letters, board revision u32, low half of the MAC u32, serial u32. The byte order was only
 * observed on a Pi 3 (little-endian): the MAC, which is known from chaddr, tells which order this board uses.
 */
export function recognisePi(packet: DhcpPacket): PiIdentity | undefined {
  if (packet.op !== 1 || messageTypeOf(packet) !== MESSAGE.discover || packet.chaddr.length !== 6)
    return undefined
  const vendor = Buffer.from(packet.options.get(OPTION.vendorClass) ?? []).toString('latin1')
  const machine = Buffer.from(packet.options.get(OPTION.clientMachine) ?? [])
  const model = piModel(machine)
  if (!vendor.startsWith('PXEClient') || !model) return undefined
  const little = machine.readUInt32LE(13).toString(16).padStart(8, '0')
  const big = machine.readUInt32BE(13).toString(16).padStart(8, '0')
  const macIsBig = machine.subarray(9, 13).equals(packet.chaddr.subarray(2))
  return { model, mac: macOfBytes(packet.chaddr), serials: macIsBig ? [big, little] : [little, big] }
}

/** The model that option 97 names, if it is a Raspberry Pi's. */
export function piModel(machine: Uint8Array | undefined): PiIdentity['model'] | undefined {
  const model = machine?.length === 17 ? Buffer.from(machine).toString('latin1', 1, 5) : ''
  return model === 'RPi4' || model === 'RPi5' ? model : undefined
}

/**
 * The DISCOVER of a Pi 5: 322 bytes, a frame of 364 as captured. The order of the options was not recorded.
 * @param board serial: 8 hex digits; revision: hex
 */
export function piDiscover(
  board: { serial: string; mac: string; revision: string },
  xid: number,
): DhcpPacket {
  const chaddr = bytesOfMac(board.mac)
  const machine = Buffer.alloc(17)
  machine.write('RPi5', 1, 'latin1')
  machine.writeUInt32LE(Number.parseInt(board.revision, 16), 5)
  machine.set([...chaddr.subarray(2)].reverse(), 9)
  machine.writeUInt32LE(Number.parseInt(board.serial, 16), 13)
  return {
    op: 1,
    htype: 1,
    hops: 0,
    xid,
    secs: 0,
    flags: 0,
    ciaddr: '0.0.0.0',
    yiaddr: '0.0.0.0',
    siaddr: '0.0.0.0',
    giaddr: '0.0.0.0',
    chaddr,
    sname: '',
    file: '',
    options: new Map<number, Uint8Array>([
      [OPTION.messageType, Uint8Array.of(MESSAGE.discover)],
      [OPTION.parameterList, Uint8Array.of(1, 3, 43, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135)],
      [OPTION.clientArchitecture, Uint8Array.of(0, 0)],
      [OPTION.clientInterface, Uint8Array.of(1, 2, 1)],
      [OPTION.clientMachine, new Uint8Array(machine)],
      [OPTION.vendorClass, new Uint8Array(Buffer.from(PXE_CLIENT, 'latin1'))],
    ]),
  }
}
