import { type machine, etcd as protocol } from '@homerack/talos/protocol'
import type { EtcdCluster, EtcdMember } from '../../etcd/etcd-cluster.ts'
import { writeSnapshot } from '../../etcd/snapshot.ts'
import { leaveEtcd } from '../reset-node.ts'
import { forgetMembership, keepRecovery } from '../run-etcd.ts'
import { type RunningEtcd, runningEtcd } from '../running-etcd.ts'
import { type Call, refuse } from './call.ts'
import type { Implement } from './forward.ts'

type Methods = ReturnType<Implement<typeof machine.MachineService>>

const chunkBytes = 32 * 1024
const databaseBytes = 4_521_984n
const number = (id: string): bigint => BigInt(`0x${id}`)

/** The methods of MachineService that are about etcd. */
export function etcdMethods(call: Call): Methods {
  return {
    etcdMemberList({ queryLocal }) {
      const { cluster } = queryLocal ? running(call) : anyRunning(call)
      if (!cluster.hasQuorum()) throw refuse('Unavailable', 'etcdserver: no leader')
      const members = cluster.members().map(memberMessage)
      return { messages: [{ members, legacyMembers: members.map(({ hostname }) => hostname) }] }
    },
    etcdStatus() {
      const { cluster, self } = running(call)
      const alarms = cluster.alarms().map((id) => `memberID:${number(id)} alarm:NOSPACE`)
      const status = statusOf(cluster, self)
      return { messages: [{ memberStatus: { ...status, errors: [...status.errors, ...alarms] } }] }
    },
    etcdRemoveMemberByID({ memberId }) {
      running(call).cluster.remove(memberId.toString(16).padStart(16, '0'))
      return { messages: [{}] }
    },
    async etcdLeaveCluster() {
      running(call)
      leaveEtcd(call.node)
      await forgetMembership(call.node)
      return { messages: [{}] }
    },
    etcdForfeitLeadership() {
      const { cluster, self } = running(call)
      const next = cluster.leader()?.id === self.id ? cluster.moveLeader() : undefined
      return { messages: [{ member: next?.name ?? '' }] }
    },
    etcdAlarmList() {
      return { messages: [{ memberAlarms: running(call).cluster.alarms().map(alarmMessage) }] }
    },
    etcdAlarmDisarm() {
      return { messages: [{ memberAlarms: running(call).cluster.disarm().map(alarmMessage) }] }
    },
    etcdDefragment() {
      running(call)
      return { messages: [{}] }
    },
    async *etcdSnapshot() {
      const { cluster } = running(call)
      const bytes = writeSnapshot({ kubernetes: call.node.world.kubernetes.snapshot(cluster.id) })
      for (let at = 0; at < bytes.length; at += chunkBytes)
        yield { bytes: bytes.subarray(at, at + chunkBytes) }
    },
    async etcdRecover(chunks) {
      const { config, etcd } = call.node.state()
      if (config?.type !== 'controlplane') throw controlPlaneOnly('etcd recover')
      if (etcd) throw refuse('FailedPrecondition', 'etcd data directory is not empty')
      const parts: Uint8Array[] = []
      for await (const { bytes } of chunks) parts.push(bytes)
      keepRecovery(call.node, Buffer.concat(parts))
      return { messages: [{}] }
    },
  }
}

function controlPlaneOnly(api: string): Error {
  return refuse('Unimplemented', `${api} is only available on control plane nodes`)
}

/** The cluster and member of a node whose etcd runs. */
function running({ node }: Call): RunningEtcd {
  const { config } = node.state()
  if (config?.type !== 'controlplane') throw controlPlaneOnly('member list')
  const found = runningEtcd(node)
  if (!found) throw refuse('Unavailable', 'error building etcd client: no available endpoints')
  return found
}

/** Like `running`, or the cluster of another control plane: that is whom a node asks that is no member yet. */
function anyRunning(call: Call): RunningEtcd {
  const { node } = call
  const { config } = node.state()
  const others = [...node.world.nodes.values()].filter(
    (each) => each.state().config?.cluster.id === config?.cluster.id,
  )
  const found = config?.type === 'controlplane' ? [node, ...others].map(runningEtcd).find(Boolean) : undefined
  return found ?? running(call)
}

function alarmMessage(id: string) {
  return { memberId: number(id), alarm: protocol.EtcdMemberAlarm_AlarmType.NOSPACE }
}

function memberMessage({ id, name, address, learner }: EtcdMember) {
  return {
    id: number(id),
    hostname: name,
    peerUrls: [`https://${address}:2380`],
    clientUrls: [`https://${address}:2379`],
    isLearner: learner,
  }
}

function statusOf(cluster: EtcdCluster, self: EtcdMember) {
  const index = BigInt(cluster.revision())
  const leader = cluster.leader()
  return {
    protocolVersion: '3.6.12',
    storageVersion: '3.6.0',
    dbSize: databaseBytes,
    dbSizeInUse: databaseBytes / 2n,
    leader: leader ? number(leader.id) : 0n,
    raftIndex: index,
    raftTerm: BigInt(cluster.term()),
    raftAppliedIndex: index,
    errors: leader ? [] : ['etcdserver: no leader'],
    isLearner: self.learner,
    memberId: number(self.id),
  }
}
