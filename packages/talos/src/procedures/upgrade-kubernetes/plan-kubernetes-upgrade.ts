import type { Fault } from '@homerack/errors'
import { checkNode, type NodeView } from '../observe-node.ts'
import type { ProcedurePlan } from '../procedure.ts'
import { minorOf, stepBetween, tagOf, withTag } from '../release.ts'
import type { KubernetesComponent } from './component-images.ts'

/** `configured`: the image in the machine config. `running`: the version that really runs, undefined if none does. */
export type ComponentView = {
  readonly component: KubernetesComponent
  readonly configured: string | undefined
  readonly running: string | undefined
}

export type KubernetesUpgradeObservation = {
  readonly nodes: readonly (NodeView & { readonly components: readonly ComponentView[] })[]
}

export type KubernetesUpgradeWish = {
  /** `v1.37.0` */
  readonly version: string
  /** The Kubernetes minors that each Talos minor runs: `{ '1.13': ['1.35', '1.36'] }`. */
  readonly compatible: Readonly<Record<string, readonly string[]>>
}

export type KubernetesUpgradeStep = {
  readonly node: string
  readonly action: KubernetesComponent
  readonly reason: string
  readonly image: string
  readonly to: string
}

type NodeComponents = KubernetesUpgradeObservation['nodes'][number]

/** API servers first, because nothing may be newer than they are; kubelets last. */
export const componentOrder: readonly KubernetesComponent[] = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
]

/** One minor step: each component on every control plane in turn, then the kubelets, control planes before workers. */
export function planKubernetesUpgrade(
  { nodes }: KubernetesUpgradeObservation,
  { version, compatible }: KubernetesUpgradeWish,
): ProcedurePlan<KubernetesUpgradeStep> {
  const refused: Fault[] = nodes.flatMap((node) => [
    ...checkNode(node),
    ...checkCompatible(node, version, compatible),
  ])
  const steps: KubernetesUpgradeStep[] = []
  const ordered = nodes.toSorted((a, b) => a.role.localeCompare(b.role))
  for (const component of componentOrder) {
    for (const { node, components } of ordered) {
      const view = components.find((each) => each.component === component)
      if (!view) continue
      const { configured, running } = view
      if (configured === undefined) refused.push(noImage(node, component))
      else if (tagOf(configured) !== version || running !== version) {
        const from = running ?? tagOf(configured) ?? configured
        refused.push(...checkStep(node, component, from, version))
        const image = withTag(configured, version)
        steps.push({ node, action: component, reason: `${from} → ${version}`, image, to: version })
      }
    }
  }
  return { steps, refused }
}

function checkCompatible(
  view: NodeComponents,
  version: string,
  compatible: KubernetesUpgradeWish['compatible'],
): Fault[] {
  if (view.because !== undefined) return []
  const supported = compatible[minorOf(view.talos) ?? ''] ?? []
  if (supported.includes(minorOf(version) ?? '')) return []
  const cause = `Talos ${view.talos} runs Kubernetes ${supported.join(', ') || 'of no version that is known'}, not ${version}`
  return [
    {
      code: 'E_KUBERNETES_UNSUPPORTED',
      subject: view.node,
      cause,
      hint: 'Upgrade Talos on all nodes first.',
    },
  ]
}

function checkStep(node: string, component: string, from: string, to: string): Fault[] {
  const step = stepBetween(from, to)
  if (step === 'patch' || step === 'minor' || step === 'none') return []
  const causes = {
    far: `${component} goes from ${from} to ${to}: more than one minor version`,
    back: `${component} has ${from}, which is newer than ${to}`,
    unreadable: `${component}: cannot compare "${from}" with "${to}"`,
  }
  const hint = 'Kubernetes is upgraded one minor version at a time, and never back.'
  return [{ code: 'E_UPGRADE_STEP', subject: node, cause: causes[step], hint }]
}

function noImage(subject: string, component: KubernetesComponent): Fault {
  const cause = `its machine config names no image for ${component}`
  const hint = 'Without one Talos chooses the version that it came with: name the image that runs now.'
  return { code: 'E_KUBERNETES_IMAGE', subject, cause, hint }
}
