import { setTimeout as sleep } from 'node:timers/promises'
import { Code, ConnectError, type CallOptions as WireOptions } from '@connectrpc/connect'
import { FaultError } from '@homerack/errors'
import { talosFault } from '../faults/talos-fault.ts'

/** What every call takes. `timeoutMs` replaces the deadline of one attempt; `signal` ends it at once. */
export type CallOptions = {
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | undefined
}

/** Runs calls against one node: deadlines, cancellation, faults, and retries of what only reads. */
export type Caller = {
  /** A call that changes nothing: tried again, twice, while the node is unavailable. */
  read<T>(rpc: string, call: (wire: WireOptions) => Promise<T>, options?: CallOptions): Promise<T>
  /** A call that may change something: tried once. */
  write<T>(rpc: string, call: (wire: WireOptions) => Promise<T>, options?: CallOptions): Promise<T>
  /** A stream from the node. Has a deadline only if one is given; a silent dead node is noticed by keepalive. */
  stream<T>(
    rpc: string,
    open: (wire: WireOptions) => AsyncIterable<T>,
    options?: CallOptions,
  ): AsyncGenerator<T, void>
}

/** Pauses before the second and the third attempt of a read, in milliseconds. */
const retryPauses = [100, 400]

/** `endpoint`: who is dialled, if that is not the node itself. `wire`: what every call takes along. */
export function createCaller(target: {
  address: string
  endpoint?: string
  timeoutMs: number
  life: AbortSignal
  signal?: AbortSignal | undefined
  wire?: WireOptions
}): Caller {
  const { address, endpoint = address, timeoutMs, life } = target

  const signalOf = (options: CallOptions | undefined, own?: AbortSignal) =>
    AbortSignal.any([life, target.signal, options?.signal, own].filter((signal) => signal !== undefined))

  /** The caller's own abort keeps its reason; everything else becomes a fault. */
  const failure = (error: unknown, rpc: string, options: CallOptions | undefined): unknown => {
    for (const signal of [options?.signal, target.signal]) if (signal?.aborted) return signal.reason
    return life.aborted ? closed(address, rpc, error) : talosFault(error, { node: address, endpoint, rpc })
  }

  const once = async <T>(
    rpc: string,
    call: (wire: WireOptions) => Promise<T>,
    options?: CallOptions,
  ): Promise<T> => {
    const signal = signalOf(options)
    const wire = { ...target.wire, signal, timeoutMs: options?.timeoutMs ?? timeoutMs }
    try {
      signal.throwIfAborted()
      return await call(wire)
    } catch (error) {
      throw failure(error, rpc, options)
    }
  }

  const read: Caller['read'] = async (rpc, call, options) => {
    for (const pause of retryPauses) {
      try {
        return await once(rpc, call, options)
      } catch (error) {
        if (!isTransient(error)) throw error
      }
      await sleep(pause, undefined, { signal: signalOf(options) }).catch((error) => {
        throw failure(error, rpc, options)
      })
    }
    return once(rpc, call, options)
  }

  async function* stream<T>(
    rpc: string,
    open: (wire: WireOptions) => AsyncIterable<T>,
    options?: CallOptions,
  ) {
    const left = new AbortController()
    const wire: WireOptions = { ...target.wire, signal: signalOf(options, left.signal) }
    if (options?.timeoutMs !== undefined) wire.timeoutMs = options.timeoutMs
    try {
      wire.signal?.throwIfAborted()
      yield* open(wire)
    } catch (error) {
      throw failure(error, rpc, options)
    } finally {
      left.abort()
    }
  }

  return { read, write: once, stream }
}

function isTransient(error: unknown): boolean {
  const { cause } = error instanceof Error ? error : {}
  return cause instanceof ConnectError && cause.code === Code.Unavailable
}

function closed(subject: string, rpc: string, cause: unknown): FaultError {
  return new FaultError(
    { code: 'E_TALOS_CLOSED', subject, cause: `${rpc}: the client was closed` },
    { cause },
  )
}

/** The one message of a node that answers for itself. */
export function only<T>(messages: readonly T[], subject: string, rpc: string): T {
  const [message] = messages
  if (message) return message
  throw new FaultError({ code: 'E_TALOS_PROTOCOL', subject, cause: `${rpc}: the answer is empty` })
}
