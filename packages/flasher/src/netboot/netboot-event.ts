import type { Fault } from '@homerack/errors'
import type { AgentEvent, Inventory } from '../protocol/index.ts'
import type { TftpRequestEnd } from './tftp/serve-tftp.ts'

/** The ports that are really open. `dhcp` is missing where netboot goes without DHCP, `pxe` where only Pis boot. */
export type NetbootPorts = {
  readonly tftp: number
  readonly http: number
  readonly dhcp?: number
  readonly pxe?: number
}

/** What happens while boards boot from the network. `board` is the name from the allow-list. */
export type NetbootEvent =
  | { readonly type: 'listening'; readonly address: string; readonly ports: NetbootPorts }
  /** `leased`: the address that it got from us. */
  | { readonly type: 'dhcp'; readonly board: string; readonly mac: string; readonly leased?: string }
  | ({ readonly type: 'unknown-board' } & UnknownBoard)
  | ({ readonly type: 'file'; readonly board: string } & TftpRequestEnd)
  | { readonly type: 'inventory'; readonly board: string; readonly inventory: Inventory }
  | (Extract<AgentEvent, { type: 'progress' }> & { readonly board: string; readonly adopted: boolean })
  | (Extract<AgentEvent, { type: 'flashed' }> & { readonly board: string; readonly adopted: boolean })
  | {
      readonly type: 'failed'
      readonly board: string
      readonly assignment: string
      readonly adopted: boolean
      readonly fault: Fault
    }
  | { readonly type: 'warning'; readonly board?: string; readonly fault: Fault }

/** A board that asked but is not on the allow-list, or not as the list says. It is never served a byte. */
export type UnknownBoard = {
  readonly via: 'dhcp' | 'tftp' | 'http'
  /** Where it asked from. 0.0.0.0 before it has an address. */
  readonly address: string
  readonly serial?: string
  readonly mac?: string
  readonly cause: string
}
