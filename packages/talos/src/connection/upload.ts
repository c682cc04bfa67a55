import {
  type DescMessage,
  type DescMethodClientStreaming,
  fromBinary,
  type MessageShape,
} from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { Code, ConnectError, type CallOptions as WireOptions } from '@connectrpc/connect'
import { createMethodUrl } from '@connectrpc/connect/protocol'
import { requestHeader, validateResponse, validateTrailer } from '@connectrpc/connect/protocol-grpc'
import { createNodeHttpClient, type GrpcTransportOptions } from '@connectrpc/connect-node'

/** An encoded message in parts, so that what is large is not copied into it. */
export type EncodedMessage = readonly Uint8Array[]

/**
 * A client stream of messages that are encoded already. connect's own (2.2.0) copies each message several times,
 * which for pieces of a mebibyte is most of the work, and for many nodes it is done as many times. Like a call of a
 * client it takes `wire`, and throws ConnectError.
 */
export type Upload = <O extends DescMessage>(
  method: DescMethodClientStreaming<DescMessage, O>,
  messages: AsyncIterable<EncodedMessage>,
  wire: WireOptions,
) => Promise<MessageShape<O>>

const frameHeaderBytes = 5

export function uploadOver(
  baseUrl: string,
  sessionManager: NonNullable<GrpcTransportOptions['sessionManager']>,
): Upload {
  const send = createNodeHttpClient({ httpVersion: '2', sessionProvider: () => sessionManager })
  return async (method, messages, wire) => {
    const { timeoutMs, headers } = wire
    const left = new AbortController()
    const late = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)
    const signals = [wire.signal, late, left.signal].filter((signal) => signal !== undefined)
    try {
      const { status, header, body, trailer } = await send({
        url: createMethodUrl(baseUrl, method),
        method: 'POST',
        header: requestHeader(true, timeoutMs, headers),
        body: framed(messages),
        signal: AbortSignal.any(signals),
      })
      const { headerError } = validateResponse(status, header)
      const answer = await collect(body)
      validateTrailer(trailer, header)
      if (headerError) throw headerError
      if (answer.length < frameHeaderBytes) throw new ConnectError('the answer is empty', Code.Internal)
      return fromBinary(method.output, answer.subarray(frameHeaderBytes))
    } catch (error) {
      if (late?.aborted && !wire.signal?.aborted)
        throw new ConnectError('the operation timed out', Code.DeadlineExceeded, undefined, undefined, error)
      throw error
    } finally {
      left.abort()
    }
  }
}

/** The head of a field whose value are so many bytes, which follow it. */
export function fieldHead(number: number, length: number): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).finish()
}

/** Each message behind the flag and the length that gRPC puts before it. */
async function* framed(messages: AsyncIterable<EncodedMessage>): AsyncGenerator<Uint8Array, void> {
  for await (const parts of messages) {
    const head = Buffer.alloc(frameHeaderBytes)
    head.writeUInt32BE(lengthOf(parts), 1)
    yield head
    yield* parts
  }
}

export function lengthOf(parts: EncodedMessage): number {
  return parts.reduce((sum, { length }) => sum + length, 0)
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts)
}
