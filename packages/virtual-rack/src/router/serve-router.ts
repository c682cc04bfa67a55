import { buildDhcp, type DhcpPacket, MESSAGE, messageTypeOf, OPTION, parseDhcp } from '@homerack/flasher'
import { bindUdp } from '../network/udp.ts'
import { bytesOf, toAddress } from '../rack/ipv4.ts'
import type { RackContext } from '../rack/rack-context.ts'
import { leaseFor } from './leases.ts'

/** The port on which the virtual router's DHCP listens; a real one uses 67. */
export const routerDhcpPort = 6767

const leaseSeconds = 12 * 3600

/** The home router: leases addresses, and knows nothing about network boot. */
export async function serveRouter(
  context: Pick<RackContext, 'spec' | 'loopback'>,
): Promise<{ close(): void }> {
  const { gateway } = context.spec.network
  const socket = await bindUdp(context.loopback(gateway), routerDhcpPort)
  socket.on('message', (data, from) => {
    const packet = parseDhcp(data)
    const reply = packet && answerAsRouter(packet, context.spec)
    if (reply) socket.send(buildDhcp(reply), from.port, from.address)
  })
  return { close: () => socket.close() }
}

/** The router's answer to one packet: an offer, an acknowledgement, a refusal, or nothing. */
export function answerAsRouter(packet: DhcpPacket, spec: RackContext['spec']): DhcpPacket | undefined {
  const { gateway } = spec.network
  const mac = Buffer.from(packet.chaddr)
    .toString('hex')
    .replaceAll(/..(?=.)/g, '$&:')
  const lease = leaseFor(spec, mac)
  const type = messageTypeOf(packet)
  if (packet.op !== 1 || lease === undefined) return undefined
  if (type === MESSAGE.discover) return reply(packet, MESSAGE.offer, lease, gateway)
  if (type !== MESSAGE.request) return undefined
  const server = packet.options.get(OPTION.serverIdentifier)
  if (server && toAddress(Buffer.from(server).readUInt32BE(0)) !== gateway) return undefined
  const wanted = packet.options.get(OPTION.requestedAddress)
  if (wanted && toAddress(Buffer.from(wanted).readUInt32BE(0)) !== lease) {
    return reply(packet, MESSAGE.nak, '0.0.0.0', gateway)
  }
  return reply(packet, MESSAGE.ack, lease, gateway)
}

function reply(packet: DhcpPacket, type: number, yiaddr: string, gateway: string): DhcpPacket {
  const options = new Map<number, Uint8Array>([
    [OPTION.messageType, Uint8Array.of(type)],
    [OPTION.serverIdentifier, bytesOf(gateway)],
  ])
  if (type !== MESSAGE.nak) {
    const seconds = Buffer.alloc(4)
    seconds.writeUInt32BE(leaseSeconds)
    options.set(OPTION.leaseTime, seconds)
    options.set(OPTION.subnetMask, bytesOf('255.255.255.0'))
    options.set(OPTION.router, bytesOf(gateway))
    options.set(OPTION.dns, bytesOf(gateway))
  }
  return {
    ...packet,
    op: 2,
    hops: 0,
    secs: 0,
    ciaddr: '0.0.0.0',
    yiaddr,
    siaddr: '0.0.0.0',
    sname: '',
    file: '',
    options,
  }
}
