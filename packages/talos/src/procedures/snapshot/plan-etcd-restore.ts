import type { Fault } from '@homerack/errors'
import type { ProcedurePlan } from '../procedure.ts'
import type { SnapshotCheck } from './snapshot-hash.ts'

/** What a control plane has of etcd. `members`: how many it answers for; 0 if it does not work. */
export type EtcdRestoreView =
  | { readonly node: string; readonly etcd: 'unseen'; readonly because: string }
  | { readonly node: string; readonly etcd: 'empty' }
  | { readonly node: string; readonly etcd: 'data'; readonly state: string; readonly members: number }

export type EtcdRestoreObservation = {
  /** All control planes, the one to recover on first. */
  readonly controlPlanes: readonly EtcdRestoreView[]
  readonly snapshot: SnapshotCheck
}

export type EtcdRestoreWish = {
  /** Nodes whose etcd data may be erased, by name. */
  readonly erase?: readonly string[]
  /** The snapshot is a copy of the database file, which has no hash to check. */
  readonly rawCopy?: boolean
  /** Where etcd's data is: EPHEMERAL, unless it has a volume of its own (`ETCD`, Talos 1.14). */
  readonly partitions?: readonly string[]
}

export type EtcdRestoreStep = {
  readonly node: string
  readonly action: 'wipe' | 'empty' | 'upload' | 'recover' | 'members'
  readonly reason: string
  readonly partitions: readonly string[]
  readonly skipHashCheck: boolean
}

/**
 * Every control plane must be empty before one is recovered, so that none carries the old cluster on: all are wiped
 * first, then awaited, then one gets the snapshot and the others join it.
 */
export function planEtcdRestore(
  { controlPlanes, snapshot }: EtcdRestoreObservation,
  wish: EtcdRestoreWish = {},
): ProcedurePlan<EtcdRestoreStep> {
  const { erase = [], rawCopy = false, partitions = ['EPHEMERAL'] } = wish
  const refused = [
    ...checkFile(snapshot, rawCopy),
    ...controlPlanes.flatMap((view) => checkNode(view, erase)),
  ]
  const [first] = controlPlanes
  if (!first) return { steps: [], refused: [noControlPlane] }
  const step = (node: string, action: EtcdRestoreStep['action'], reason: string): EtcdRestoreStep => ({
    node,
    action,
    reason,
    partitions,
    skipHashCheck: snapshot.hash === 'none',
  })
  const full = controlPlanes.filter(({ etcd }) => etcd === 'data')
  const steps = [
    ...full.map(({ node }) => step(node, 'wipe', `erases ${partitions.join(', ')} and reboots`)),
    ...controlPlanes.map(({ node }) => step(node, 'empty', 'its etcd waits to be told what to do')),
    step(first.node, 'upload', `snapshot of ${snapshot.bytes} bytes, sha256 ${snapshot.sha256.slice(0, 12)}`),
    step(first.node, 'recover', 'etcd starts from the snapshot'),
    ...controlPlanes.map(({ node }) => step(node, 'members', 'is a voter of the recovered etcd')),
  ]
  return { steps, refused }
}

function checkNode(view: EtcdRestoreView, erase: readonly string[]): Fault[] {
  const subject = view.node
  if (view.etcd === 'unseen') {
    const hint =
      'It may hold the old cluster. Bring it back, or take it out for good and leave it off the list.'
    return [{ code: 'E_NODE_UNSEEN', subject, cause: view.because, hint }]
  }
  if (view.etcd === 'empty' || erase.includes(subject)) return []
  const works = view.members > 0 ? `, and it works: ${view.members} members` : ''
  const cause = `it holds etcd data (etcd is ${view.state}${works})`
  const hint = 'Restoring replaces all of etcd. Name the nodes whose data may be erased.'
  return [{ code: 'E_RESTORE_CONSENT', subject, cause, hint }]
}

function checkFile({ hash, bytes }: SnapshotCheck, rawCopy: boolean): Fault[] {
  const subject = 'snapshot'
  if (hash === 'right' || (hash === 'none' && rawCopy)) return []
  if (hash === 'none') {
    const hint = 'If it is a copy of the database file, say so; else it is cut short.'
    return [{ code: 'E_SNAPSHOT_NO_HASH', subject, cause: `its ${bytes} bytes carry no hash`, hint }]
  }
  const cause = `its ${bytes} bytes do not end with their right hash: it is cut short or damaged`
  return [{ code: 'E_SNAPSHOT_DAMAGED', subject, cause, hint: 'Nothing was changed. Take another snapshot.' }]
}

const noControlPlane: Fault = { code: 'E_NODE_UNSEEN', subject: 'etcd', cause: 'no control plane is given' }
