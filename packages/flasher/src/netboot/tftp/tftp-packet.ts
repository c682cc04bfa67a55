/** TFTP error codes (RFC 1350, RFC 2347). */
export const TFTP_ERROR = {
  undefined: 0,
  notFound: 1,
  accessViolation: 2,
  illegalOperation: 4,
  unknownTransfer: 5,
  optionRefused: 8,
} as const

/** Options by lower-case name, values as they were sent. */
export type TftpOptions = ReadonlyMap<string, string>

/** A TFTP packet. Block numbers are 16 bits on the wire. */
export type TftpPacket =
  | {
      readonly kind: 'read' | 'write'
      readonly name: string
      readonly mode: string
      readonly options: TftpOptions
    }
  | { readonly kind: 'data'; readonly block: number; readonly data: Uint8Array }
  | { readonly kind: 'ack'; readonly block: number }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'oack'; readonly options: TftpOptions }

const OPCODE = { read: 1, write: 2, data: 3, ack: 4, error: 5, oack: 6 } as const

/** Reads a TFTP packet. Undefined for anything that is not a whole one. */
export function parseTftp(datagram: Uint8Array): TftpPacket | undefined {
  const bytes = Buffer.isBuffer(datagram)
    ? datagram
    : Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength)
  if (bytes.length < 4) return undefined
  switch (bytes.readUInt16BE(0)) {
    case OPCODE.read:
      return parseRequest('read', bytes)
    case OPCODE.write:
      return parseRequest('write', bytes)
    case OPCODE.data:
      return { kind: 'data', block: bytes.readUInt16BE(2), data: bytes.subarray(4) }
    case OPCODE.ack:
      return { kind: 'ack', block: bytes.readUInt16BE(2) }
    case OPCODE.error:
      // Some senders forget the final NUL of the message; the code is what counts.
      return { kind: 'error', code: bytes.readUInt16BE(2), message: splitText(bytes.subarray(4))[0] ?? '' }
    case OPCODE.oack: {
      const options = optionsOf(terminatedText(bytes.subarray(2)))
      return options && { kind: 'oack', options }
    }
    default:
      return undefined
  }
}

/** Writes a TFTP packet. Block numbers are taken modulo 65536. */
export function buildTftp(packet: TftpPacket): Uint8Array {
  switch (packet.kind) {
    case 'read':
    case 'write':
      return textPacket(OPCODE[packet.kind], [packet.name, packet.mode, ...[...packet.options].flat()])
    case 'oack':
      return textPacket(OPCODE.oack, [...packet.options].flat())
    case 'error':
      return Buffer.concat([header(OPCODE.error, packet.code), Buffer.from(`${packet.message}\0`, 'latin1')])
    case 'ack':
      return header(OPCODE.ack, packet.block)
    case 'data':
      return dataPacket(packet.block, packet.data, 0, packet.data.length)
  }
}

/** A DATA packet with at most `most` bytes of `data` from `at` on, copied once. */
export function dataPacket(block: number, data: Uint8Array, at: number, most: number): Uint8Array {
  const length = Math.max(0, Math.min(most, data.length - at))
  const packet = Buffer.allocUnsafe(4 + length)
  packet.writeUInt16BE(OPCODE.data, 0)
  packet.writeUInt16BE(block & 0xffff, 2)
  packet.set(data.subarray(at, at + length), 4)
  return packet
}

/** A packet in words, for a log. */
export function describeTftp(packet: TftpPacket): string {
  switch (packet.kind) {
    case 'read':
    case 'write':
      return [packet.kind, JSON.stringify(packet.name), packet.mode, optionText(packet.options)]
        .join(' ')
        .trim()
    case 'oack':
      return `oack ${optionText(packet.options)}`.trim()
    case 'error':
      return `error ${packet.code} ${JSON.stringify(packet.message)}`
    case 'ack':
      return `ack ${packet.block}`
    case 'data':
      return `data ${packet.block}, ${packet.data.length} bytes`
  }
}

function parseRequest(kind: 'read' | 'write', bytes: Buffer): TftpPacket | undefined {
  const [name, mode, ...rest] = terminatedText(bytes.subarray(2)) ?? []
  const options = optionsOf(rest)
  if (!name || !mode || !options) return undefined
  return { kind, name, mode: mode.toLowerCase(), options }
}

/** The NUL-terminated texts of a packet; undefined if the last one is cut off. */
function terminatedText(bytes: Buffer): string[] | undefined {
  if (bytes.length > 0 && bytes.at(-1) !== 0) return undefined
  return splitText(bytes).slice(0, -1)
}

function splitText(bytes: Buffer): string[] {
  return bytes.toString('latin1').split('\0')
}

/** Name and value pairs; the first of a repeated option counts. */
function optionsOf(texts: readonly string[] | undefined): TftpOptions | undefined {
  if (!texts || texts.length % 2 !== 0) return undefined
  const options = new Map<string, string>()
  for (let i = 0; i < texts.length; i += 2) {
    const name = (texts[i] ?? '').toLowerCase()
    if (!options.has(name)) options.set(name, texts[i + 1] ?? '')
  }
  return options
}

function optionText(options: TftpOptions): string {
  return [...options].map(([name, value]) => `${name}=${value}`).join(' ')
}

function textPacket(opcode: number, texts: readonly string[]): Uint8Array {
  const body = Buffer.from(texts.map((text) => `${text}\0`).join(''), 'latin1')
  const bytes = Buffer.alloc(2 + body.length)
  bytes.writeUInt16BE(opcode)
  bytes.set(body, 2)
  return bytes
}

function header(opcode: number, value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt16BE(opcode, 0)
  bytes.writeUInt16BE(value & 0xffff, 2)
  return bytes
}
