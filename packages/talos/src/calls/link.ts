import type { Transport } from '@connectrpc/connect'
import type { Caller } from '../connection/caller.ts'
import type { Upload } from '../connection/upload.ts'

/** What the calls of one service need: the node's address for faults, the wire, and how to run a call on it. */
export type Link = {
  readonly address: string
  readonly transport: Transport
  readonly upload: Upload
  readonly caller: Caller
}
