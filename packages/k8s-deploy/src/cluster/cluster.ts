import type { ApiResources } from './api-resources.ts'

export type RequestOptions = {
  /** Sent as JSON. */
  readonly body?: unknown
  /** `application/json` unless told. */
  readonly contentType?: string
  readonly accept?: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal | undefined
  /**
   * Milliseconds for which an API server that cannot be reached is tried again; 0 unless told. One that answers 429
   * or 503 is tried again for at least 10 s, as its Retry-After asks.
   */
  readonly patience?: number
}

/** One line of a watch. */
export type WatchEvent = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: unknown
}

/** A connection to the API of one Kubernetes cluster. */
export type Cluster = {
  /** Address of the API server, for messages. */
  readonly server: string
  /**
   * One request; answers the parsed JSON of a success.
   *
   * Throws a FaultError: E_CLUSTER_UNREACHABLE, E_CLUSTER_CERTIFICATE, E_CLUSTER_UNAUTHORIZED, E_CLUSTER_BUSY,
   * E_CLUSTER_UNAVAILABLE, E_CLUSTER_ERROR, E_FORBIDDEN, E_NOT_FOUND, E_CONFLICT, E_EXPIRED, E_OBJECT_INVALID,
   * E_OBJECT_TOO_LARGE. `statusOf` tells what the API server said.
   */
  request(method: string, path: string, options?: RequestOptions): Promise<unknown>
  /** Like `request`, for what is answered as text: the log of a pod. */
  text(path: string, options?: Pick<RequestOptions, 'query' | 'signal'>): Promise<string>
  /** Events of a watch, until the server ends it. Throws like `request`. */
  watch(path: string, options?: Pick<RequestOptions, 'query' | 'signal'>): AsyncIterable<WatchEvent>
  /** The kinds that are served, asked for once and again with `refresh`. */
  resources(options?: { refresh?: boolean }): Promise<ApiResources>
  close(): void
}
