import { timestampDate } from '@bufbuild/protobuf/wkt'
import { createClient } from '@connectrpc/connect'
import { type CallOptions, only } from '../connection/caller.ts'
import { MachineService } from '../gen/machine/machine_pb.js'
import type { Link } from './link.ts'

export type TalosService = {
  id: string
  /** `Preparing`, `Running`, … */
  state: string
  /** Undefined: the service has no health check, or it has not run yet. */
  healthy: boolean | undefined
  lastMessage: string
  events: { message: string; state: string; at: Date | undefined }[]
}

export function serviceCalls({ address, transport, caller }: Link) {
  const machine = createClient(MachineService, transport)
  return {
    services: async (options?: CallOptions): Promise<TalosService[]> => {
      const { messages } = await caller.read('ServiceList', (wire) => machine.serviceList({}, wire), options)
      return only(messages, address, 'ServiceList').services.map(({ id, state, events, health }) => ({
        id,
        state,
        healthy: health && !health.unknown ? health.healthy : undefined,
        lastMessage: health?.lastMessage ?? '',
        events: (events?.events ?? []).map((event) => ({
          message: event.msg,
          state: event.state,
          at: event.ts && timestampDate(event.ts),
        })),
      }))
    },
    serviceStart: async (id: string, options?: CallOptions): Promise<void> => {
      await caller.write('ServiceStart', (wire) => machine.serviceStart({ id }, wire), options)
    },
    serviceStop: async (id: string, options?: CallOptions): Promise<void> => {
      await caller.write('ServiceStop', (wire) => machine.serviceStop({ id }, wire), options)
    },
    serviceRestart: async (id: string, options?: CallOptions): Promise<void> => {
      await caller.write('ServiceRestart', (wire) => machine.serviceRestart({ id }, wire), options)
    },
  }
}
