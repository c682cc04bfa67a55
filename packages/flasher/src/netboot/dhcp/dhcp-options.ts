/** DHCP option codes that homerack reads or writes (RFC 2132, RFC 4578). */
export const OPTION = {
  subnetMask: 1,
  router: 3,
  dns: 6,
  vendorInformation: 43,
  requestedAddress: 50,
  leaseTime: 51,
  overload: 52,
  messageType: 53,
  serverIdentifier: 54,
  parameterList: 55,
  maximumSize: 57,
  vendorClass: 60,
  clientIdentifier: 61,
  tftpServer: 66,
  bootFile: 67,
  userClass: 77,
  clientArchitecture: 93,
  clientInterface: 94,
  clientMachine: 97,
} as const

const PAD = 0
const END = 255

/** Options by code, in wire order. A code that was repeated on the wire has one, joined value (RFC 3396). */
export type DhcpOptions = ReadonlyMap<number, Uint8Array>

/** Adds the options in `field` to `into`. False if an option runs past the end of its field. */
export function readOptions(field: Uint8Array, into: Map<number, Uint8Array>): boolean {
  let at = 0
  while (at < field.length) {
    const code = field[at] ?? END
    if (code === END) return true
    at += 1
    if (code === PAD) continue
    const length = field[at]
    if (length === undefined || at + 1 + length > field.length) return false
    const value = field.subarray(at + 1, at + 1 + length)
    const before = into.get(code)
    into.set(code, new Uint8Array(before ? Buffer.concat([before, value]) : value))
    at += 1 + length
  }
  return true
}

/** Options on the wire with the end mark; values above 255 bytes are split (RFC 3396). */
export function writeOptions(options: DhcpOptions): Uint8Array {
  const bytes: number[] = []
  for (const [code, value] of options) {
    let at = 0
    do {
      const part = value.subarray(at, at + 255)
      bytes.push(code, part.length, ...part)
      at += 255
    } while (at < value.length)
  }
  bytes.push(END)
  return Uint8Array.from(bytes)
}
