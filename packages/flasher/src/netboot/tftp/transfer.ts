import type { RemoteInfo } from 'node:dgram'
import { type Tap, tapSocket } from '../network/tap.ts'
import { openUdp } from '../network/udp-socket.ts'
import { negotiate } from './negotiate.ts'
import { createSender, type Sender } from './sender.ts'
import { buildTftp, parseTftp, TFTP_ERROR, type TftpOptions } from './tftp-packet.ts'

/**
 * How a transfer ended: `sent`; `probed` (the client only wanted the size, as a Pi does before it asks again);
 * `refused` by the client; `abandoned` (no ACK any more); `replaced` by a newer request; `stopped` by us.
 */
export type TransferEnd = 'sent' | 'probed' | 'refused' | 'abandoned' | 'replaced' | 'stopped'

export type Transfer = {
  /** The request came again: its OACK may be lost. DATA is left to the timer. */
  repeatOffer(): void
  /** False once everything is sent: then the same request from the same port is a new one. */
  wants(): boolean
  stop(end: 'replaced' | 'stopped'): void
  readonly ended: Promise<TransferEnd>
}

/** Patience of a transfer. A Pi 4 of 2021 hung on a block sent twice, so the first wait is long. */
export type Patience = { readonly firstMs: number; readonly mostMs: number; readonly tries: number }
export const PATIENCE: Patience = { firstMs: 1000, mostMs: 8000, tries: 5 }

/**
 * Sends `data` to a client from a fresh port. Client address and port are pinned: packets from elsewhere get
 * ERROR 5 and change nothing (RFC 1350 section 4). An ERROR is never answered, or two servers could go on for ever.
 */
export async function startTransfer(
  client: Pick<RemoteInfo, 'address' | 'port'>,
  from: string,
  data: Uint8Array,
  options: TftpOptions,
  patience: Patience = PATIENCE,
  tap?: Tap,
): Promise<Transfer> {
  const terms = negotiate(options, data.length)
  const sender = createSender(data, terms)
  const socket = await openUdp('TFTP', from, 0)
  tapSocket(socket, tap)
  const { promise: ended, resolve } = Promise.withResolvers<TransferEnd>()
  let timer: NodeJS.Timeout | undefined
  let tries = 0
  let over = false

  const end = (how: TransferEnd): void => {
    if (over) return
    over = true
    clearTimeout(timer)
    socket.close()
    resolve(how)
  }
  const send = (packets: readonly Uint8Array[]): void => {
    for (const packet of packets) socket.send(packet, client.port, client.address)
  }
  const arm = (): void => {
    const wait = terms.timeoutMs ?? Math.min(patience.mostMs, patience.firstMs * 2 ** tries)
    timer = setTimeout(() => {
      tries += 1
      if (tries >= patience.tries) return end('abandoned')
      send(sender.repeat())
      arm()
    }, wait)
  }
  socket.on('message', (datagram, source) => {
    if (over) return
    const packet = parseTftp(datagram)
    if (source.address !== client.address || source.port !== client.port) {
      if (packet?.kind === 'error') return
      const message = 'this port serves another transfer'
      const error = buildTftp({ kind: 'error', code: TFTP_ERROR.unknownTransfer, message })
      socket.send(error, source.port, source.address)
      return
    }
    if (packet?.kind === 'error') return end(endOfError(sender))
    if (packet?.kind !== 'ack') return
    const before = sender.state()
    const packets = sender.acknowledge(packet.block)
    if (sender.state() === 'done') return end('sent')
    if (packets.length === 0 && before === sender.state()) return
    send(packets)
    if (tries === 0) return void timer?.refresh()
    tries = 0
    clearTimeout(timer)
    arm()
  })
  send(sender.start())
  arm()
  return {
    repeatOffer: () => void (sender.state() === 'offered' && send(sender.repeat())),
    wants: () => sender.state() !== 'last-sent' && !over,
    stop: end,
    ended,
  }
}

/** An ERROR before DATA 1 is the "Early terminate" of a probe. After it, the client has given up. */
function endOfError(sender: Sender): TransferEnd {
  return sender.state() === 'offered' ? 'probed' : 'refused'
}
