import { randomBytes } from 'node:crypto'

/** A member as etcd knows it. Ids are 16 hex digits. */
export type EtcdMember = {
  id: string
  name: string
  address: string
  learner: boolean
  /** Whether its process ever ran: a member that never did may be taken up again. */
  started: boolean
}

/** A cluster's data that outlives a power cut. `discovery` is the cluster id of the machine configs. */
export type EtcdRecord = {
  id: string
  discovery: string
  created: string
  members: EtcdMember[]
  revision: number
  term: number
  /** Members whose database is full (NOSPACE), until disarmed. Not in records of older racks. */
  alarms?: string[]
}

/** A cluster of the rack: its members, which of them run, and who leads. */
export type EtcdCluster = {
  readonly id: string
  readonly discovery: string
  members(): readonly EtcdMember[]
  running(): readonly EtcdMember[]
  /** More than half of the voters run. */
  hasQuorum(): boolean
  leader(): EtcdMember | undefined
  term(): number
  revision(): number
  /**
   * Adds a learner, or takes up again the one that was added for this address and never ran.
   * @throws EtcdRefusal without quorum, if the address belongs to another member, or beside another learner
   */
  join(member: { name: string; address: string }): EtcdMember
  /** Makes a learner a voter. */
  promote(id: string): void
  /** @throws EtcdRefusal without quorum or for an unknown id */
  remove(id: string): void
  /** The member's process has started or stopped. */
  setRunning(id: string, running: boolean): void
  /** Hands the lead to another running voter. Returns the new leader, if there is another. */
  moveLeader(): EtcdMember | undefined
  /** Members that raised NOSPACE. While there are any, nothing is put into etcd. */
  alarms(): readonly string[]
  raiseAlarm(id: string): void
  /** Returns the members whose alarm it was. */
  disarm(): readonly string[]
  record(): EtcdRecord
}

/** etcd says no, in its own words. */
export class EtcdRefusal extends Error {
  override readonly name = 'EtcdRefusal'
}

export function newEtcdRecord(
  discovery: string,
  first: { name: string; address: string },
  now: Date,
): EtcdRecord {
  const member = { ...first, id: randomBytes(8).toString('hex'), learner: false, started: false }
  const id = randomBytes(8).toString('hex')
  return { id, discovery, created: now.toISOString(), members: [member], revision: 1, term: 2 }
}

/** A cluster in motion. `onChange` hears of every change, after it. */
export function etcdCluster(initial: EtcdRecord, onChange: () => void): EtcdCluster {
  let record = initial
  let leaderId: string | undefined
  const running = new Set<string>()

  const voters = () => record.members.filter(({ learner }) => !learner)
  const runningVoters = () => voters().filter(({ id }) => running.has(id))
  const hasQuorum = () => runningVoters().length > voters().length / 2
  const needQuorum = () => {
    if (!hasQuorum()) throw new EtcdRefusal('etcdserver: request timed out, possibly due to connection lost')
  }
  const elect = () => {
    const candidates = hasQuorum() ? runningVoters() : []
    if (candidates.some(({ id }) => id === leaderId)) return
    leaderId = candidates[0]?.id
    if (leaderId) record = { ...record, term: record.term + 1 }
  }
  const change = (members: EtcdMember[]) => {
    record = { ...record, members, revision: record.revision + 1 }
    elect()
    onChange()
  }
  const leader = () => record.members.find(({ id }) => id === leaderId)

  return {
    id: record.id,
    discovery: record.discovery,
    members: () => record.members,
    running: () => record.members.filter(({ id }) => running.has(id)),
    hasQuorum,
    leader,
    term: () => record.term,
    revision: () => record.revision,
    join({ name, address }) {
      needQuorum()
      const before = record.members.find((each) => each.address === address)
      if (before && !before.started) return before
      if (before) throw new EtcdRefusal('etcdserver: Peer URLs already exists')
      if (record.members.some(({ learner }) => learner))
        throw new EtcdRefusal('etcdserver: too many learner members in cluster')
      const member = { id: randomBytes(8).toString('hex'), name, address, learner: true, started: false }
      change([...record.members, member])
      return member
    },
    promote(id) {
      change(record.members.map((each) => (each.id === id ? { ...each, learner: false } : each)))
    },
    remove(id) {
      needQuorum()
      if (!record.members.some((each) => each.id === id))
        throw new EtcdRefusal('etcdserver: member not found')
      running.delete(id)
      const alarms = (record.alarms ?? []).filter((each) => each !== id)
      record = { ...record, alarms }
      change(record.members.filter((each) => each.id !== id))
    },
    setRunning(id, runs) {
      if (runs) running.add(id)
      else running.delete(id)
      const members = record.members.map((each) =>
        each.id === id && runs ? { ...each, started: true } : each,
      )
      record = { ...record, members }
      elect()
      onChange()
    },
    moveLeader() {
      const other = hasQuorum() ? runningVoters().find(({ id }) => id !== leaderId) : undefined
      if (!other) return undefined
      leaderId = other.id
      record = { ...record, term: record.term + 1 }
      onChange()
      return other
    },
    alarms: () => record.alarms ?? [],
    raiseAlarm(id) {
      record = { ...record, alarms: [...new Set([...(record.alarms ?? []), id])] }
      onChange()
    },
    disarm() {
      const { alarms = [], ...rest } = record
      record = rest
      onChange()
      return alarms
    },
    record: () => record,
  }
}
