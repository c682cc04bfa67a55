import { randomBytes, randomInt } from 'node:crypto'
import type { Socket } from 'node:dgram'
import { setTimeout as sleep } from 'node:timers/promises'
import { ipv4OfBytes } from '../network/ipv4.ts'
import { closeUdp, openUdp } from '../network/udp-socket.ts'
import { OPTION } from './dhcp-options.ts'
import { buildDhcp, MESSAGE, messageTypeOf, parseDhcp } from './dhcp-packet.ts'

/** A DHCP server that answered. `leases`: it offers addresses; without, it is a proxy for netboot. */
export type DhcpServerHeard = { readonly address: string; readonly leases: boolean }

export type HearOptions = {
  /** The address of the interface to ask through. */
  readonly address: string
  readonly waitMs: number
  /** Where clients listen and servers are: 68 and the broadcast address at 67. */
  readonly clientPort?: number
  readonly to?: { readonly address: string; readonly port: number }
}

const REPEAT_MS = 2000

/**
 * Asks for an address, takes none, and names the servers that offer one. Needs port 68, as every client.
 * @throws FaultError E_PORT_IN_USE, E_PORT_PRIVILEGE, E_ADDRESS_NOT_HERE
 */
export async function hearDhcpServers(options: HearOptions): Promise<DhcpServerHeard[]> {
  const { address, waitMs, clientPort = 68, to = { address: '255.255.255.255', port: 67 } } = options
  const isLoopback = address.startsWith('127.')
  // Only a socket on the interface's own address sends its broadcasts there.
  const sender = await openUdp('DHCP client', address, clientPort, true)
  const receiver = isLoopback ? sender : await openReceiver(sender, clientPort)
  const heard = new Map<string, DhcpServerHeard>()
  const xid = randomInt(0xffffffff)
  receiver.on('message', (datagram, from) => {
    const packet = parseDhcp(datagram)
    if (packet?.op !== 2 || packet.xid !== xid || messageTypeOf(packet) !== MESSAGE.offer) return
    const named = packet.options.get(OPTION.serverIdentifier)
    const server = named?.length === 4 ? ipv4OfBytes(named) : from.address
    heard.set(server, { address: server, leases: packet.yiaddr !== '0.0.0.0' })
  })
  try {
    if (!isLoopback) sender.setBroadcast(true)
    const question = discover(xid)
    const ask = (): void => sender.send(question, to.port, to.address, () => {})
    ask()
    const again = setInterval(ask, REPEAT_MS)
    await sleep(waitMs).finally(() => clearInterval(again))
  } finally {
    await Promise.all([...new Set([receiver, sender])].map(closeUdp))
  }
  return [...heard.values()].toSorted((a, b) => a.address.localeCompare(b.address))
}

async function openReceiver(sender: Socket, port: number): Promise<Socket> {
  try {
    return await openUdp('DHCP client', '0.0.0.0', port, true)
  } catch (error) {
    await closeUdp(sender)
    throw error
  }
}

/** From a made-up, locally administered hardware address, so that no lease of a real machine is touched. */
function discover(xid: number): Uint8Array {
  const nobody = { ciaddr: '0.0.0.0', yiaddr: '0.0.0.0', siaddr: '0.0.0.0', giaddr: '0.0.0.0' }
  return buildDhcp({
    ...nobody,
    op: 1,
    htype: 1,
    hops: 0,
    xid,
    secs: 0,
    flags: 0x8000,
    chaddr: Uint8Array.from([2, ...randomBytes(5)]),
    sname: '',
    file: '',
    options: new Map([
      [OPTION.messageType, Uint8Array.of(MESSAGE.discover)],
      [OPTION.parameterList, Uint8Array.of(1, 3, 6)],
    ]),
  })
}
