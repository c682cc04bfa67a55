import { Agent, get, type IncomingMessage } from 'node:http'
import { RANGE_BYTES } from '../protocol/limits.ts'

export type FetchFrameOptions = { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined }

/** What came: all bytes that were asked for, or an answer that is not a part of the file. */
export type FetchedFrame<T> =
  | { readonly kind: 'frame'; readonly result: T }
  | { readonly kind: 'status'; readonly status: number }

export type FrameFetcher = <T>(
  url: string,
  place: { readonly offset: number; readonly length: number },
  use: (frame: Buffer) => Promise<T>,
  options: FetchFrameOptions,
) => Promise<FetchedFrame<T>>

/**
 * Fetches parts of a file into memory that is used again, because a board has better uses for it: `fetch` holds
 * each part twice, and gives nothing back before the garbage collector gets to it. A frame belongs to `use` until
 * that is done. Rejects with what the network says, or if less came than was asked for.
 */
export function createFrameFetcher(): FrameFetcher {
  const agent = new Agent({ keepAlive: true })
  const idle: Buffer[] = []
  return async (url, { offset, length }, use, { timeoutMs, signal }) => {
    const memory =
      length <= MOST_FRAME_BYTES
        ? (idle.pop() ?? Buffer.allocUnsafeSlow(MOST_FRAME_BYTES))
        : Buffer.alloc(length)
    try {
      const headers = { range: `bytes=${offset}-${offset + length - 1}` }
      const stop = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])])
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        get(url, { agent, headers, signal: stop }, resolve).on('error', reject)
      })
      const status = answer.statusCode ?? 0
      if (status !== 206) {
        answer.resume()
        return { kind: 'status', status }
      }
      const frame = memory.subarray(0, length)
      await fill(frame, answer)
      return { kind: 'frame', result: await use(frame) }
    } finally {
      if (memory.length === MOST_FRAME_BYTES) idle.push(memory)
    }
  }
}

/** What does not compress grows a little. */
const MOST_FRAME_BYTES = RANGE_BYTES + 64 * 1024

async function fill(frame: Buffer, answer: AsyncIterable<Buffer>): Promise<void> {
  let filled = 0
  for await (const part of answer) {
    if (filled + part.length > frame.length) throw new Error('more came than was asked for')
    filled += part.copy(frame, filled)
  }
  if (filled < frame.length) throw new Error(`${filled} of ${frame.length} bytes came`)
}
