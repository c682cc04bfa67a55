/** A token bucket per client. `burst` requests at once, then `perSecond`. */
export type RequestRate = { readonly burst: number; readonly perSecond: number }

/** A board asks for some 30 files, each perhaps twice. */
export const REQUEST_RATE: RequestRate = { burst: 200, perSecond: 50 }

const MOST_CLIENTS = 1024

/** Tells whether a client may ask now. Memory is bounded: idle clients are forgotten. */
export function createRequestLimit(rate: RequestRate, now: () => number): (client: string) => boolean {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return (client) => {
    const at = now()
    const bucket = buckets.get(client) ?? { tokens: rate.burst, at }
    const tokens = Math.min(rate.burst, bucket.tokens + ((at - bucket.at) / 1000) * rate.perSecond)
    // Newest last, so that the first key is the one that has been silent longest.
    buckets.delete(client)
    buckets.set(client, { tokens: Math.max(0, tokens - 1), at })
    const oldest = buckets.size > MOST_CLIENTS ? buckets.keys().next().value : undefined
    if (oldest !== undefined) buckets.delete(oldest)
    return tokens >= 1
  }
}
