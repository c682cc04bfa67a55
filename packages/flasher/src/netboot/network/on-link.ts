import { networkInterfaces } from 'node:os'
import { bytesOfIpv4 } from './ipv4.ts'

/**
 * Tells whether an address is in a subnet of this machine's interface that owns `listen` (of any interface
 * if `listen` is 0.0.0.0). TFTP answers nobody else, so that it cannot be used to amplify forged requests.
 */
export function linkOf(listen: string, interfaces = networkInterfaces()): (address: string) => boolean {
  const subnets = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address, netmask }) => ({
      network: numberOf(address) & numberOf(netmask),
      mask: numberOf(netmask),
    }))
    .filter((subnet) => listen === '0.0.0.0' || contains(subnet, listen))
  return (address) => subnets.some((subnet) => contains(subnet, address))
}

function contains(subnet: { network: number; mask: number }, address: string): boolean {
  return (numberOf(address) & subnet.mask) === subnet.network
}

function numberOf(address: string): number {
  return Buffer.from(bytesOfIpv4(address)).readInt32BE()
}
