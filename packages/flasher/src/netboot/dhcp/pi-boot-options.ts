import { OPTION } from './dhcp-options.ts'
import type { DhcpPacket } from './dhcp-packet.ts'

/**
 * Option 43 that makes a Pi boot from the sender of the offer: PXE discovery control 3 (no broadcast, no
 * multicast), a menu prompt `PXE` with timeout 0, and the menu entry whose text the firmware looks for.
 */
export const PI_BOOT_MENU: Uint8Array = new Uint8Array(
  Buffer.concat([
    Buffer.from([6, 1, 3]),
    Buffer.from([10, 4, 0]),
    Buffer.from('PXE', 'latin1'),
    Buffer.from([9, 20, 0, 0, 17]),
    Buffer.from('Raspberry Pi Boot', 'latin1'),
    Buffer.from([255]),
  ]),
)

/** What tells a Pi where to boot from, beside the server identifier and siaddr. */
export function piBootOptions(server: string, asked: DhcpPacket): (readonly [number, Uint8Array])[] {
  return [
    [OPTION.vendorClass, new Uint8Array(Buffer.from('PXEClient', 'latin1'))],
    [OPTION.tftpServer, new Uint8Array(Buffer.from(server, 'latin1'))],
    [OPTION.clientMachine, asked.options.get(OPTION.clientMachine) ?? new Uint8Array()],
    [OPTION.vendorInformation, PI_BOOT_MENU],
  ]
}
