import type { Fault } from '@homerack/errors'
import { checkReboot, isSeen } from '../etcd/check-etcd.ts'
import type { EtcdView } from '../etcd/observe-etcd-health.ts'
import { checkNode, type NodeView } from '../observe-node.ts'
import type { ProcedurePlan } from '../procedure.ts'
import { stepBetween, tagOf } from '../release.ts'

export type TalosUpgradeObservation = {
  readonly nodes: readonly NodeView[]
  readonly etcd: readonly EtcdView[]
}

/** `version`: `v1.14.1`. `image`: an installer of that version, made for these boards. */
export type TalosUpgradeWish = { readonly version: string; readonly image: string }

export type TalosUpgradeStep = {
  readonly node: string
  readonly role: NodeView['role']
  readonly action: 'upgrade' | 'uncordon'
  readonly reason: string
  readonly from: string
  readonly to: string
  readonly image: string
}

/**
 * Control planes one after the other, the leader of etcd last, then the workers. Nodes that have the version are
 * left alone, but for a cordon that an earlier run left behind.
 */
export function planTalosUpgrade(
  { nodes, etcd }: TalosUpgradeObservation,
  { version: to, image }: TalosUpgradeWish,
): ProcedurePlan<TalosUpgradeStep> {
  const faults = [...checkImage(image, to), ...nodes.flatMap(checkNode)]
  const leader = etcd.filter(isSeen).find(({ memberId, leader }) => memberId === leader)?.node
  const steps = nodes
    .toSorted((a, b) => rank(a, leader) - rank(b, leader))
    .flatMap((view): TalosUpgradeStep[] => {
      if (view.because !== undefined) return []
      const { node, role, talos: from, kubernetes } = view
      const step = { node, role, from, to, image }
      if (from !== to) return [{ ...step, action: 'upgrade', reason: `Talos ${from} → ${to}` }]
      const left = kubernetes?.cordon === 'ours'
      return left ? [{ ...step, action: 'uncordon', reason: 'an earlier run left it cordoned' }] : []
    })
  const upgrades = steps.filter(({ action }) => action === 'upgrade')
  faults.push(...upgrades.flatMap(checkStep))
  if (upgrades.some(({ role }) => role === 'controlplane')) faults.push(...checkReboot(etcd))
  return { steps, refused: faults }
}

function rank({ node, role }: NodeView, leader: string | undefined): number {
  if (role === 'worker') return 2
  return node === leader ? 1 : 0
}

function checkStep({ node: subject, from, to }: TalosUpgradeStep): Fault[] {
  const step = stepBetween(from, to)
  if (step === 'patch' || step === 'minor') return []
  const causes = {
    none: '',
    far: `from ${from} to ${to} is more than one minor version`,
    back: `${to} is older than ${from}`,
    unreadable: `cannot compare "${from}" with "${to}"`,
  }
  const hint =
    'Talos is upgraded from minor to minor, through the latest patch of each; rollback goes back one step.'
  return [{ code: 'E_UPGRADE_STEP', subject, cause: causes[step], hint }]
}

function checkImage(image: string, version: string): Fault[] {
  const tag = tagOf(image)
  if (tag === undefined || tag === version) return []
  const cause = `the installer image is of ${tag}, not of ${version}`
  return [{ code: 'E_UPGRADE_IMAGE', subject: image, cause }]
}
