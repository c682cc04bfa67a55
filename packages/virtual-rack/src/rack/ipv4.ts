export type Network = { readonly base: number; readonly prefix: number }

/** `192.168.10.0/24` as its first address and prefix length. The text has been checked before. */
export function parseCidr(cidr: string): Network {
  const [address = '', prefix = '32'] = cidr.split('/')
  const length = Number(prefix)
  return { base: (toNumber(address) & mask(length)) >>> 0, prefix: length }
}

export function inNetwork(network: Network, address: string): boolean {
  return (toNumber(address) & mask(network.prefix)) >>> 0 === network.base
}

/** A dotted quad as an unsigned 32-bit number. */
export function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

export function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.')
}

function mask(prefix: number): number {
  return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0
}

/** The four bytes of an address, as on the wire. */
export function bytesOf(address: string): Uint8Array {
  return Uint8Array.from(address.split('.').map(Number))
}
