import type { CallOptions as WireOptions } from '@connectrpc/connect'
import { type Fault, FaultError, faultsOf } from '@homerack/errors'
import type { Caller, CallOptions } from '../connection/caller.ts'

/** A way into the cluster. `caller` speaks through it to the node that is meant; `probe` asks itself for its version. */
export type Way = {
  readonly endpoint: string
  readonly caller: Caller
  readonly probe: (wire: WireOptions) => Promise<unknown>
}

/** Which endpoint answered last; shared by all nodes of one cluster. */
export type Memory = { endpoint: string | undefined }

/** The endpoint cannot be used: the next one may do better. */
const noWay = new Set(['E_TALOS_UNREACHABLE', 'E_TALOS_TLS', 'E_TALOS_OTHER_NODE', 'E_TALOS_DEADLINE'])
/** The endpoint answers, but it does not reach the node or its own service is down: another one may. */
const noAnswer = 'E_TALOS_UNAVAILABLE'

/**
 * Reads go to the endpoint that answered last, then to the others in turn, each once. What may change something goes
 * to one endpoint that surely answers, once: it is never sent twice.
 *
 * @throws FaultError E_TALOS_NO_ENDPOINT with the reason of each.
 */
export function failoverCaller(ways: readonly Way[], memory: Memory): Caller {
  const inOrder = () => ways.toSorted((a, b) => rank(a, memory) - rank(b, memory))

  const forget = (way: Way, error: unknown) => {
    if (memory.endpoint === way.endpoint && codesOf(error).some((code) => noWay.has(code)))
      memory.endpoint = undefined
  }

  const attempt = async <T>(way: Way, call: () => Promise<T>): Promise<T> => {
    try {
      const answer = await call()
      memory.endpoint = way.endpoint
      return answer
    } catch (error) {
      forget(way, error)
      throw error
    }
  }

  const tryEach = async <T>(call: (way: Way) => Promise<T>): Promise<T> => {
    const reasons: Fault[] = []
    let unanswered: unknown
    for (const way of inOrder()) {
      try {
        return await attempt(way, () => call(way))
      } catch (error) {
        const codes = codesOf(error)
        if (codes.includes(noAnswer)) unanswered = error
        else if (codes.some((code) => noWay.has(code))) reasons.push(...noEndpoint(way, error))
        else throw error
      }
    }
    throw unanswered ?? new FaultError(reasons)
  }

  const answering = async (options?: CallOptions): Promise<Way> => {
    const known = ways.find(({ endpoint }) => endpoint === memory.endpoint)
    if (known) return known
    const { signal } = options ?? {}
    return tryEach(async (way) => {
      await way.caller.write('Version', way.probe, { signal })
      return way
    })
  }

  return {
    read: (rpc, call, options) => tryEach((way) => way.caller.write(rpc, call, options)),
    write: async (rpc, call, options) => {
      const way = await answering(options)
      return attempt(way, () => way.caller.write(rpc, call, options))
    },
    stream: async function* (rpc, open, options) {
      const way = await answering(options)
      try {
        yield* way.caller.stream(rpc, open, options)
      } catch (error) {
        forget(way, error)
        throw error
      }
    },
  }
}

function rank({ endpoint }: Way, memory: Memory): number {
  return endpoint === memory.endpoint ? 0 : 1
}

function codesOf(error: unknown): string[] {
  return (faultsOf(error) ?? []).map(({ code }) => code)
}

function noEndpoint({ endpoint }: Way, error: unknown): Fault[] {
  const code = 'E_TALOS_NO_ENDPOINT'
  return (faultsOf(error) ?? []).map(({ cause, hint }) => ({ code, subject: endpoint, cause, hint }))
}
