/** The dotted quad of four bytes. */
export function ipv4OfBytes(bytes: Uint8Array): string {
  return bytes.subarray(0, 4).join('.')
}

/** The four bytes of a dotted quad. Anything else is a bug of the caller. */
export function bytesOfIpv4(address: string): Uint8Array {
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) {
    throw new TypeError(`not an IPv4 address: ${address}`)
  }
  return Uint8Array.from(parts)
}

/** `aa:bb:…` of a hardware address. */
export function macOfBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}

/** The bytes of `aa:bb:…` (or with dashes, in either case). */
export function bytesOfMac(mac: string): Uint8Array {
  return Uint8Array.from(Buffer.from(mac.replaceAll(/[:-]/g, ''), 'hex'))
}

/** The netmask of `192.168.10.0/24`. Anything else is a bug of the caller. */
export function netmaskOf(cidr: string): string {
  const length = Number(cidr.split('/')[1] ?? Number.NaN)
  if (!Number.isInteger(length) || length < 0 || length > 32) throw new TypeError(`not a network: ${cidr}`)
  const mask = Buffer.alloc(4)
  mask.writeUInt32BE(2 ** 32 - 2 ** (32 - length))
  return ipv4OfBytes(mask)
}

/** Tells whether an address is in `192.168.10.0/24`. */
export function isInNetwork(address: string, cidr: string): boolean {
  const mask = bytesOfIpv4(netmaskOf(cidr))
  const network = bytesOfIpv4(cidr.split('/')[0] ?? '')
  return bytesOfIpv4(address).every(
    (byte, i) => (byte & (mask[i] ?? 0)) === ((network[i] ?? 0) & (mask[i] ?? 0)),
  )
}
