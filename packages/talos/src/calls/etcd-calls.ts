import { createClient } from '@connectrpc/connect'
import { FaultError } from '@homerack/errors'
import { type CallOptions, only } from '../connection/caller.ts'
import { EtcdMemberAlarm_AlarmType as Alarm, type EtcdMemberAlarm } from '../gen/machine/etcd_pb.js'
import { MachineService } from '../gen/machine/machine_pb.js'
import { encodedData, inChunks } from './in-chunks.ts'
import type { Link } from './link.ts'
import { bytesOf } from './machine-calls.ts'

/** `id`: sixteen hex digits, as etcdctl and talosctl print it. A member that never started has no hostname. */
export type EtcdMember = {
  id: string
  hostname: string
  peerUrls: string[]
  clientUrls: string[]
  isLearner: boolean
}

export type EtcdStatus = {
  memberId: string
  protocolVersion: string
  storageVersion: string
  /** Bytes. */
  dbSize: number
  dbSizeInUse: number
  /** Its member id; undefined while there is no leader. */
  leader: string | undefined
  raftIndex: number
  raftTerm: number
  raftAppliedIndex: number
  errors: string[]
  isLearner: boolean
}

export type EtcdAlarm = { memberId: string; alarm: 'none' | 'nospace' | 'corrupt' }

/** A snapshot or its upload may take this long, in milliseconds. */
const transferTimeout = 30 * 60_000

export function etcdCalls({ address, transport, upload, caller }: Link) {
  const machine = createClient(MachineService, transport)
  return {
    /**
     * The members, as the whole cluster knows them, or as this node's own member does (`local`). While no etcd
     * runs Talos does not answer before the deadline (1.13.9: its etcd client waits for a connection).
     */
    etcdMembers: async (request: { local?: boolean } = {}, options?: CallOptions): Promise<EtcdMember[]> => {
      const message = { queryLocal: request.local ?? false }
      const { messages } = await caller.read(
        'EtcdMemberList',
        (wire) => machine.etcdMemberList(message, wire),
        options,
      )
      return only(messages, address, 'EtcdMemberList').members.map((member) => ({
        id: memberId(member.id),
        hostname: member.hostname,
        peerUrls: member.peerUrls,
        clientUrls: member.clientUrls,
        isLearner: member.isLearner,
      }))
    },

    etcdStatus: async (options?: CallOptions): Promise<EtcdStatus> => {
      const { messages } = await caller.read('EtcdStatus', (wire) => machine.etcdStatus({}, wire), options)
      const status = only(messages, address, 'EtcdStatus').memberStatus
      if (!status)
        throw new FaultError({ code: 'E_TALOS_PROTOCOL', subject: address, cause: 'EtcdStatus: no status' })
      return {
        memberId: memberId(status.memberId),
        protocolVersion: status.protocolVersion,
        storageVersion: status.storageVersion,
        dbSize: Number(status.dbSize),
        dbSizeInUse: Number(status.dbSizeInUse),
        leader: status.leader === 0n ? undefined : memberId(status.leader),
        raftIndex: Number(status.raftIndex),
        raftTerm: Number(status.raftTerm),
        raftAppliedIndex: Number(status.raftAppliedIndex),
        errors: status.errors,
        isLearner: status.isLearner,
      }
    },

    etcdAlarms: async (options?: CallOptions): Promise<EtcdAlarm[]> => {
      const { messages } = await caller.read(
        'EtcdAlarmList',
        (wire) => machine.etcdAlarmList({}, wire),
        options,
      )
      return messages.flatMap(({ memberAlarms }) => memberAlarms.map(alarmOf))
    },

    etcdDisarm: async (options?: CallOptions): Promise<EtcdAlarm[]> => {
      const { messages } = await caller.write(
        'EtcdAlarmDisarm',
        (wire) => machine.etcdAlarmDisarm({}, wire),
        options,
      )
      return messages.flatMap(({ memberAlarms }) => memberAlarms.map(alarmOf))
    },

    /** Takes a member out whose node is gone. A node that runs leaves by itself: `etcdLeave`. */
    etcdRemoveMember: async (id: string, options?: CallOptions): Promise<void> => {
      const message = { memberId: BigInt(`0x${id}`) }
      await caller.write(
        'EtcdRemoveMemberByID',
        (wire) => machine.etcdRemoveMemberByID(message, wire),
        options,
      )
    },

    /** @returns the member that leads from now on. */
    etcdForfeitLeadership: async (options?: CallOptions): Promise<string> => {
      const rpc = 'EtcdForfeitLeadership'
      const { messages } = await caller.write(rpc, (wire) => machine.etcdForfeitLeadership({}, wire), options)
      return only(messages, address, rpc).member
    },

    etcdLeave: async (options?: CallOptions): Promise<void> => {
      await caller.write('EtcdLeaveCluster', (wire) => machine.etcdLeaveCluster({}, wire), options)
    },

    /** Heavy: one member at a time. */
    etcdDefragment: async (options?: CallOptions): Promise<void> => {
      await caller.write('EtcdDefragment', (wire) => machine.etcdDefragment({}, wire), options)
    },

    /** A snapshot of the whole database. It holds every Kubernetes secret. */
    etcdSnapshot: (options: CallOptions = {}): AsyncGenerator<Uint8Array, void> => {
      const patient = { timeoutMs: transferTimeout, ...options }
      return bytesOf(caller.stream('EtcdSnapshot', (wire) => machine.etcdSnapshot({}, wire), patient))
    },

    /** Uploads a snapshot, from which `bootstrap({ recoverEtcd: true })` starts. */
    etcdRecover: async (snapshot: AsyncIterable<Uint8Array>, options: CallOptions = {}): Promise<void> => {
      const data = async function* () {
        for await (const bytes of inChunks(snapshot)) yield encodedData(bytes)
      }
      const patient = { timeoutMs: transferTimeout, ...options }
      await caller.write(
        'EtcdRecover',
        (wire) => upload(MachineService.method.etcdRecover, data(), wire),
        patient,
      )
    },
  }
}

function memberId(id: bigint): string {
  return id.toString(16).padStart(16, '0')
}

function alarmOf(alarm: EtcdMemberAlarm): EtcdAlarm {
  const word = { [Alarm.NONE]: 'none', [Alarm.NOSPACE]: 'nospace', [Alarm.CORRUPT]: 'corrupt' } as const
  return { memberId: memberId(alarm.memberId), alarm: word[alarm.alarm] ?? 'none' }
}
