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
