import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  buildDhcp,
  type DhcpPacket,
  MESSAGE,
  messageTypeOf,
  OPTION,
  parseDhcp,
  piDiscover,
} from '@homerack/flasher'
import { impairment } from '../network/impairment.ts'
import { bindUdp } from '../network/udp.ts'
import { bytesOf, toAddress } from '../rack/ipv4.ts'
import type { RackContext } from '../rack/rack-context.ts'
import type { BoardSpec } from '../rack/rack-spec.ts'
import { routerDhcpPort } from '../router/serve-router.ts'

export type Lease = {
  /** The address the router gave. */
  address: string
  /** Where an offer said the boot files are. */
  tftp: string | undefined
}

/** A Pi waits 4 s for each answer and 45 s in all; nothing gets lost on loopback, so this is quicker. */
const timing = { retryMs: 500, attempts: 6, lateOffersMs: 150 }

/**
 * Asks for an address the way the boot firmware does: DISCOVER to everyone, OFFERs collected, REQUEST to the
 * router. An offer without an address is a boot server's that stands beside the router.
 *
 * @returns undefined if no router answered in time
 */
export async function acquireLease(
  board: BoardSpec,
  context: RackContext,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  // Address .0 plays 0.0.0.0: the board has none of its own yet.
  const socket = await bindUdp(`${context.base}.0`)
  const { spec, loopback } = context
  const everyone = [
    { port: routerDhcpPort, address: loopback(spec.network.gateway) },
    { port: spec.operator.dhcp, address: loopback(spec.operator.address) },
  ]
  const [outward, inward] = [impairment(context.faults, board.name), impairment(context.faults, board.name)]
  let open = true
  const broadcast = (packet: DhcpPacket) => {
    const bytes = buildDhcp(packet)
    for (const { port, address } of everyone) {
      outward(() => {
        if (open) socket.send(bytes, port, address)
      })
    }
  }
  const replies: DhcpPacket[] = []
  socket.on('message', (data) => {
    const packet = parseDhcp(data)
    if (packet && packet.op === 2) inward(() => replies.push(packet))
  })
  const until = (found: () => boolean, ms: number) => waitUntil(found, ms, signal)
  try {
    for (let attempt = 0; attempt < timing.attempts; attempt++) {
      const discover = piDiscover(board, randomBytes(4).readUInt32BE())
      const mine = () => replies.filter(({ xid }) => xid === discover.xid)
      const offer = () => mine().find((each) => isType(each, 'offer') && each.yiaddr !== '0.0.0.0')
      const proxy = () => mine().find((each) => isType(each, 'offer') && bootServerOf(each) !== undefined)
      broadcast(discover)
      await until(() => offer() !== undefined, timing.retryMs)
      await until(() => proxy() !== undefined || spec.netboot === 'tftp-address', timing.lateOffersMs)
      const chosen = offer()
      if (!chosen) continue
      broadcast(requestOf(discover, chosen))
      const settled = () => mine().find((each) => isType(each, 'ack') || isType(each, 'nak'))
      await until(() => settled() !== undefined, timing.retryMs)
      const ack = settled()
      if (ack && isType(ack, 'ack')) {
        const boot = proxy()
        return { address: ack.yiaddr, tftp: boot && bootServerOf(boot) }
      }
    }
    return undefined
  } finally {
    open = false
    socket.close()
  }
}

function requestOf(discover: DhcpPacket, offer: DhcpPacket): DhcpPacket {
  const options = new Map(discover.options)
  options.set(OPTION.messageType, Uint8Array.of(MESSAGE.request))
  options.set(OPTION.requestedAddress, bytesOf(offer.yiaddr))
  const server = offer.options.get(OPTION.serverIdentifier)
  if (server) options.set(OPTION.serverIdentifier, server)
  return { ...discover, options }
}

/** Option 66, or the sender of an offer whose option 43 carries the text that the firmware looks for. */
function bootServerOf(offer: DhcpPacket): string | undefined {
  const named = offer.options.get(OPTION.tftpServer)
  if (named) return Buffer.from(named).toString('latin1')
  const menu = Buffer.from(offer.options.get(OPTION.vendorInformation) ?? []).toString('latin1')
  const server = offer.options.get(OPTION.serverIdentifier)
  if (!menu.includes('Raspberry Pi Boot') || !server) return undefined
  return toAddress(Buffer.from(server).readUInt32BE(0))
}

function isType(packet: DhcpPacket, type: keyof typeof MESSAGE): boolean {
  return messageTypeOf(packet) === MESSAGE[type]
}

async function waitUntil(found: () => boolean, ms: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + ms
  while (!found() && Date.now() < deadline) await sleep(5, undefined, { signal })
}
