import { createClient } from '@connectrpc/connect'
import type { CallOptions } from '../connection/caller.ts'
import { MachineService } from '../gen/machine/machine_pb.js'
import type { Link } from './link.ts'

export type ResetRequest = {
  /** Cordon, drain and leave etcd first. Must be false for the only control plane. */
  readonly graceful: boolean
  readonly reboot: boolean
  readonly partitions?: readonly string[]
  readonly userDisks?: readonly string[]
  readonly wipe?: 'all' | 'system-disk' | 'user-disks'
}

/** Calls after which the node is no longer what it was. They return when it has begun, not when it is done. */
export function powerCalls({ transport, caller }: Link) {
  const machine = createClient(MachineService, transport)
  return {
    reboot: async (
      mode: 'default' | 'powercycle' | 'force' = 'default',
      options?: CallOptions,
    ): Promise<void> => {
      const message = { mode: { default: 0, powercycle: 1, force: 2 }[mode] }
      await caller.write('Reboot', (wire) => machine.reboot(message, wire), options)
    },

    /** `force` skips cordon and drain. */
    shutdown: async (request: { force?: boolean } = {}, options?: CallOptions): Promise<void> => {
      await caller.write(
        'Shutdown',
        (wire) => machine.shutdown({ force: request.force ?? false }, wire),
        options,
      )
    },

    /**
     * Wipes a node. With `partitions` only those system partitions (`STATE`, `EPHEMERAL`) go, so that the disk
     * stays bootable and the node returns to maintenance mode; without, the disk no longer boots.
     */
    reset: async (request: ResetRequest, options?: CallOptions): Promise<void> => {
      const { graceful, reboot, partitions = [], userDisks = [], wipe = 'all' } = request
      const message = {
        graceful,
        reboot,
        systemPartitionsToWipe: partitions.map((label) => ({ label, wipe: true })),
        userDisksToWipe: [...userDisks],
        mode: { all: 0, 'system-disk': 1, 'user-disks': 2 }[wipe],
      }
      await caller.write('Reset', (wire) => machine.reset(message, wire), options)
    },

    /** Boots the other of the two installed systems. */
    rollback: async (options?: CallOptions): Promise<void> => {
      await caller.write('Rollback', (wire) => machine.rollback({}, wire), options)
    },
  }
}
