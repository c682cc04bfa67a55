import type { RemoteInfo } from 'node:dgram'
import { linkOf } from '../network/on-link.ts'
import { type Tap, tapSocket } from '../network/tap.ts'
import { closeUdp, openUdp } from '../network/udp-socket.ts'
import { createRequestLimit, REQUEST_RATE, type RequestRate } from './request-limit.ts'
import { buildTftp, parseTftp, TFTP_ERROR, type TftpPacket } from './tftp-packet.ts'
import { PATIENCE, type Patience, startTransfer, type Transfer, type TransferEnd } from './transfer.ts'

/** A finished request. `ms` counts from the request to the end of the transfer. */
export type TftpRequestEnd = {
  readonly file: string
  readonly client: string
  readonly outcome: TransferEnd | 'missing'
  readonly size: number
  readonly ms: number
}

export type TftpServerOptions = {
  readonly address: string
  /** 69 on a real network. 0 asks for a free port. */
  readonly port: number
  /** The content of a file for a client. The content must not change while it is sent. */
  readonly lookup: (name: string, client: string) => Uint8Array | undefined
  readonly onEnd?: (end: TftpRequestEnd) => void
  readonly rate?: RequestRate
  /** Transfers at the same time, for everyone and for one client address. */
  readonly most?: { readonly all: number; readonly perClient: number }
  readonly patience?: Patience
  readonly tap?: Tap | undefined
  /** Milliseconds. */
  readonly now?: () => number
}

export type TftpServer = { readonly port: number; close(): Promise<void> }

const MOST = { all: 128, perClient: 8 }

type Running = Pick<RemoteInfo, 'address' | 'port'> & {
  readonly request: string
  readonly transfer: Promise<Transfer>
}
type ReadRequest = Extract<TftpPacket, { kind: 'read' | 'write' }>

/**
 * A read-only TFTP server for octet transfers (RFC 1350, 2347, 2348, 2349, 7440). File names are keys, not
 * paths. Requests from other subnets and from ports 0 and 69 are not answered, and neither are too many.
 * @throws FaultError E_PORT_IN_USE, E_PORT_PRIVILEGE, E_ADDRESS_NOT_HERE
 */
export async function serveTftp(options: TftpServerOptions): Promise<TftpServer> {
  const { address, lookup, onEnd = () => {}, most = MOST, patience = PATIENCE, tap, now = Date.now } = options
  const socket = await openUdp('TFTP', address, options.port)
  tapSocket(socket, tap)
  const { port } = socket.address()
  const onLink = linkOf(address)
  const mayAsk = createRequestLimit(options.rate ?? REQUEST_RATE, now)
  const running = new Set<Running>()

  const refuse = async (from: RemoteInfo, code: number, message: string): Promise<void> => {
    // From a fresh port, as every answer to a request (RFC 1350 section 4).
    const fresh = await openUdp('TFTP', address, 0)
    tapSocket(fresh, tap)
    fresh.send(buildTftp({ kind: 'error', code, message }), from.port, from.address, () => fresh.close())
  }
  const serve = async (
    name: string,
    data: Uint8Array,
    packet: ReadRequest,
    from: RemoteInfo,
  ): Promise<void> => {
    const started = now()
    const transfer = startTransfer(from, address, data, packet.options, patience, tap)
    const entry = { ...from, request: requestKey(packet), transfer }
    running.add(entry)
    try {
      const outcome = await (await transfer).ended
      onEnd({ file: name, client: from.address, outcome, size: data.length, ms: now() - started })
    } finally {
      running.delete(entry)
    }
  }
  const onRequest = async (packet: ReadRequest, from: RemoteInfo): Promise<void> => {
    const ofClient = [...running].filter((entry) => entry.address === from.address)
    const before = ofClient.findLast((entry) => entry.port === from.port)
    if (before) {
      const transfer = await before.transfer
      const same = before.request === requestKey(packet)
      if (same && transfer.wants()) return transfer.repeatOffer()
      // The same file again may be a late copy of the request: the client decides which transfer to go on with.
      if (!same) transfer.stop('replaced')
    }
    const name = packet.name.replace(/^\/+/, '')
    const data = lookup(name, from.address)
    if (!data) {
      onEnd({ file: name, client: from.address, outcome: 'missing', size: 0, ms: 0 })
      return refuse(from, TFTP_ERROR.notFound, 'no such file')
    }
    const [oldest] = ofClient.length >= most.perClient ? ofClient : []
    if (oldest) {
      running.delete(oldest)
      ;(await oldest.transfer).stop('replaced')
    }
    if (running.size >= most.all) return refuse(from, TFTP_ERROR.undefined, 'too many transfers, try again')
    return serve(name, data, packet, from)
  }
  socket.on('message', (datagram, from) => {
    if (from.port === 0 || from.port === 69 || from.port === port) return
    if (!onLink(from.address) || !mayAsk(from.address)) return
    const packet = parseTftp(datagram)
    if (packet?.kind !== 'read' && packet?.kind !== 'write') return
    const refusal = refusalOf(packet)
    const answer = refusal ? refuse(from, refusal.code, refusal.message) : onRequest(packet, from)
    // Out of sockets: the client asks again, and ends of transfers free some.
    answer.catch(() => {})
  })
  const close = async (): Promise<void> => {
    await closeUdp(socket)
    const transfers = await Promise.allSettled([...running].map(({ transfer }) => transfer))
    for (const result of transfers) if (result.status === 'fulfilled') result.value.stop('stopped')
  }
  return { port, close }
}

function refusalOf({ kind, mode }: ReadRequest): { code: number; message: string } | undefined {
  if (kind === 'write') return { code: TFTP_ERROR.accessViolation, message: 'this server is read-only' }
  if (mode !== 'octet') return { code: TFTP_ERROR.illegalOperation, message: 'only octet mode is served' }
  return undefined
}

function requestKey({ name, options }: ReadRequest): string {
  return JSON.stringify([name, ...options])
}
