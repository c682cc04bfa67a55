import type { RemoteInfo, Socket } from 'node:dgram'
import { FaultError } from '@homerack/errors'
import { closeUdp, openUdp } from '../network/udp-socket.ts'
import { buildTftp, parseTftp, TFTP_ERROR, type TftpPacket } from './tftp-packet.ts'

/** How to fetch a file. Times are milliseconds, sizes bytes. */
export type FetchOptions = {
  readonly server: { readonly address: string; readonly port: number }
  readonly name: string
  /** The local address to ask from. Default: any. */
  readonly from?: string
  /** Ask for the size first and end that request with "Early terminate", as a Pi does. Default false. */
  readonly probe?: boolean
  /** Default 1468, what a Pi asks for. */
  readonly blockSize?: number
  /** An unanswered packet is repeated after this long. Default 2000. */
  readonly repeatMs?: number
  /** For the whole file, the EEPROM's TFTP_FILE_TIMEOUT. Default 30 000. */
  readonly timeoutMs?: number
  /** Larger files are refused. Default 256 MiB. */
  readonly most?: number
  readonly signal?: AbortSignal
}

/** What came of it. `confirmed` is false if the server ignored the options: a Pi 4 then drops config.txt. */
export type Fetched =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly confirmed: boolean }
  | { readonly kind: 'size'; readonly size: number | undefined }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }

/**
 * Fetches a file like the boot firmware of a Pi 5: RRQ in octet mode with `tsize 0` and `blksize 1468`, one
 * block in flight, a new port per request. A missing file is an answer, not an exception.
 * @throws FaultError E_TFTP_TIMEOUT, E_TFTP_TOO_LARGE; the signal's reason when aborted
 */
export async function fetchFile(options: FetchOptions): Promise<Fetched> {
  if (options.probe) {
    const probed = await request(options, true)
    if (probed.kind !== 'size') return probed
  }
  return request(options, false)
}

async function request(options: FetchOptions, sizeOnly: boolean): Promise<Fetched> {
  const { timeoutMs = 30_000, repeatMs = 2000, signal, server, name } = options
  signal?.throwIfAborted()
  const socket = await openUdp('TFTP client', options.from ?? '0.0.0.0', 0)
  const { promise, resolve, reject } = Promise.withResolvers<Fetched>()
  const receive = createReceiver(options, sizeOnly)
  let peer: RemoteInfo | undefined
  let last = firstRequest(options)
  const send = (): void => {
    const { address, port } = peer ?? server
    socket.send(last, port, address, () => {})
  }
  socket.on('message', (datagram, from) => {
    const packet = parseTftp(datagram)
    if (!packet || !isFrom(from, peer, server.address)) return
    try {
      const step = receive(packet)
      if (!step) return
      peer ??= from
      repeat.refresh()
      if (step.reply) last = buildTftp(step.reply)
      if (!step.end) return send()
      finish(socket, step.reply && last, peer, () => resolve(step.end as Fetched))
    } catch (error) {
      reject(error)
    }
  })
  const repeat = setInterval(send, repeatMs)
  const deadline = setTimeout(() => reject(timedOut(name, timeoutMs, peer)), timeoutMs)
  const abort = (): void => reject(signal?.reason)
  signal?.addEventListener('abort', abort)
  send()
  try {
    return await promise
  } finally {
    clearInterval(repeat)
    clearTimeout(deadline)
    signal?.removeEventListener('abort', abort)
    await closeUdp(socket)
  }
}

/** The last packet must have left before the socket closes. */
function finish(socket: Socket, packet: Uint8Array | undefined, peer: RemoteInfo, done: () => void): void {
  if (packet) socket.send(packet, peer.port, peer.address, done)
  else done()
}

function isFrom(from: RemoteInfo, peer: RemoteInfo | undefined, server: string): boolean {
  return from.address === server && (!peer || peer.port === from.port)
}

function firstRequest({ name, blockSize = 1468 }: FetchOptions): Uint8Array {
  const options = new Map([
    ['tsize', '0'],
    ['blksize', String(blockSize)],
  ])
  return buildTftp({ kind: 'read', name, mode: 'octet', options })
}

function timedOut(name: string, timeoutMs: number, peer: RemoteInfo | undefined): FaultError {
  const cause = `not fetched within ${timeoutMs / 1000} s${peer ? '' : ': no answer at all'}`
  return new FaultError({ code: 'E_TFTP_TIMEOUT', subject: name, cause })
}

type Step = { readonly reply?: TftpPacket; readonly end?: Fetched }

/** The receiving side as a machine: a packet in, a reply and perhaps the end out; undefined to ignore it. */
function createReceiver(options: FetchOptions, sizeOnly: boolean): (packet: TftpPacket) => Step | undefined {
  const { most = 256 * 1024 * 1024, name } = options
  const chunks: Uint8Array[] = []
  let size = 0
  let blockSize = 512
  let confirmed = false
  let received = 0

  const check = (bytes: number): void => {
    if (bytes <= most) return
    const cause = `larger than the ${most} bytes that fit`
    throw new FaultError({ code: 'E_TFTP_TOO_LARGE', subject: name, cause })
  }
  const onOack = (asked: ReadonlyMap<string, string>): Step | undefined => {
    if (received > 0) return undefined
    confirmed = true
    blockSize = Number(asked.get('blksize') ?? 512)
    const total = asked.has('tsize') ? Number(asked.get('tsize')) : undefined
    check(total ?? 0)
    if (!sizeOnly) return { reply: { kind: 'ack', block: 0 } }
    const reply: TftpPacket = { kind: 'error', code: TFTP_ERROR.undefined, message: 'Early terminate' }
    return { reply, end: { kind: 'size', size: total } }
  }
  const onData = (block: number, data: Uint8Array): Step | undefined => {
    const next = (received + 1) & 0xffff
    // A repeated block means that our ACK was lost.
    if (block !== next) return received > 0 && block === (received & 0xffff) ? {} : undefined
    received += 1
    size += data.length
    check(size)
    chunks.push(new Uint8Array(data))
    const reply: TftpPacket = { kind: 'ack', block }
    if (data.length >= blockSize) return { reply }
    return { reply, end: { kind: 'file', bytes: Buffer.concat(chunks), confirmed } }
  }
  return (packet) => {
    if (packet.kind === 'oack') return onOack(packet.options)
    if (packet.kind === 'data') return onData(packet.block, packet.data)
    if (packet.kind !== 'error') return undefined
    return { end: { kind: 'error', code: packet.code, message: packet.message } }
  }
}
