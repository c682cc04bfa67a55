import { inNetwork, parseCidr, toNumber } from './ipv4.ts'

/**
 * Where to dial an address of the rack's network: `192.168.10.51` becomes `127.44.7.51`. Names and addresses
 * elsewhere stay as they are.
 */
export function resolveThrough(rack: { base: string; cidr: string }): (address: string) => string {
  const network = parseCidr(rack.cidr)
  return (address) =>
    /^\d+\.\d+\.\d+\.\d+$/.test(address) && inNetwork(network, address)
      ? `${rack.base}.${toNumber(address) & 0xff}`
      : address
}
