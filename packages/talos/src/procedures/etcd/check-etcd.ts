import type { Fault } from '@homerack/errors'
import type { EtcdView } from './observe-etcd-health.ts'

type Seen = Extract<EtcdView, { because: undefined }>

/**
 * The gate before a control plane may go: every one answers, all see the same members, all members are started
 * voters with one leader, and there is no alarm. LifecycleService.Upgrade and Reboot check none of it (Talos
 * 1.13.9), so this is the only guard.
 */
export function checkEtcd(views: readonly EtcdView[]): Fault[] {
  const seen = views.filter(isSeen)
  return [
    ...views.flatMap((view) => (isSeen(view) ? [] : [unhealthy(view.node, view.because)])),
    ...checkMembers(seen),
    ...seen.flatMap(checkStatus),
  ]
}

/** More: two members tolerate nothing, so one that reboots takes the cluster with it, and may not come back. */
export function checkReboot(views: readonly EtcdView[]): Fault[] {
  const faults = checkEtcd(views)
  const size = views.find(isSeen)?.members.length
  if (size !== 2) return faults
  const cause = 'etcd has two members: without either of them it stops'
  return [
    ...faults,
    { code: 'E_ETCD_QUORUM', subject: 'etcd', cause, hint: 'Add a third control plane first.' },
  ]
}

/**
 * Whether a dead member can be taken out: the others must be a majority of all members, with it counted.
 * `dead`: the control plane that is gone.
 */
export function checkQuorumWithout(dead: string, views: readonly EtcdView[]): Fault[] {
  const others = views.filter(({ node }) => node !== dead)
  const alive = others.filter(isSeen)
  const size = alive[0]?.members.length ?? views.length
  const majority = Math.floor(size / 2) + 1
  if (alive.length < majority) {
    const why = others.flatMap((view) => (isSeen(view) ? [] : [`${view.node}: ${view.because}`]))
    const cause = `${alive.length} of ${size} members answer, ${majority} must${why.length > 0 ? ` (${why.join('; ')})` : ''}`
    const hint = 'Bring another control plane back, or restore etcd from a snapshot.'
    return [{ code: 'E_ETCD_QUORUM', subject: 'etcd', cause, hint }]
  }
  return alive.flatMap(checkStatus)
}

export function isSeen(view: EtcdView): view is Seen {
  return view.because === undefined
}

function checkMembers(seen: readonly Seen[]): Fault[] {
  const [first] = seen
  if (!first) return []
  const faults: Fault[] = first.members.flatMap(({ id, hostname, isLearner }): Fault[] => {
    const subject = hostname || id
    if (!hostname)
      return [{ code: 'E_ETCD_NOT_STARTED', subject, cause: 'this member has never started', hint: waitHint }]
    return isLearner
      ? [
          {
            code: 'E_ETCD_LEARNER',
            subject,
            cause: 'this member still learns and does not vote',
            hint: waitHint,
          },
        ]
      : []
  })
  const [ids] = seen.map(idsOf)
  for (const view of seen)
    if (idsOf(view) !== ids) faults.push(unhealthy(view.node, `it sees other members than ${first.node}`))
  const views = new Set(seen.map(({ memberId }) => memberId))
  for (const { id, hostname } of first.members)
    if (hostname && !views.has(id))
      faults.push(unhealthy(hostname, 'it is a member, but no control plane that answers'))
  return faults
}

function checkStatus({ node, memberId, leader, alarms, errors }: Seen): Fault[] {
  const faults = alarms
    .filter((each) => each.memberId === memberId)
    .map(
      ({ alarm }): Fault => ({
        code: 'E_ETCD_ALARM',
        subject: node,
        cause: `alarm ${alarm}`,
        hint: alarmHint,
      }),
    )
  if (leader === undefined) faults.push(unhealthy(node, 'it knows no leader'))
  // Every member repeats the alarms of all.
  const others = errors.filter((error) => !/^memberID:\d+ alarm:/.test(error))
  if (others.length > 0) faults.push(unhealthy(node, others.join('; ')))
  return faults
}

function idsOf({ members }: Seen): string {
  return members
    .map(({ id }) => id)
    .sort()
    .join()
}

function unhealthy(subject: string, cause: string): Fault {
  return {
    code: 'E_ETCD_UNHEALTHY',
    subject,
    cause,
    hint: 'talosctl service etcd, and talosctl logs etcd, say more.',
  }
}

const waitHint = 'Wait until it has caught up; if it never does, remove the member.'
const alarmHint =
  'Free space or defragment (nospace), or restore the member (corrupt), then disarm the alarm.'
