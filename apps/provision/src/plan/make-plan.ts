import type { ImageManifest } from '@homerack/flasher'
import type { Rack, RackNode } from '@homerack/rack'
import type { Observed, ObservedNode } from '../observe/observed.ts'
import { chooseDisk } from './choose-disk.ts'
import type { Plan, Step } from './plan.ts'

export type PlanInput = {
  readonly rack: Rack
  readonly observed: Observed
  readonly image: { readonly talos: string; readonly manifest: ImageManifest }
  /** Nodes whose disks may be erased, by name. */
  readonly erase: ReadonlySet<string>
}

/** What to do so that what is observed becomes what the file says. Pure: it looks at nothing but its input. */
export function makePlan(input: PlanInput): Plan {
  const { rack, observed } = input
  const refused: Plan['refused'][number][] = []
  const steps: Step[] = []
  let unchangedNodes = 0
  for (const node of rack.nodes) {
    const made = planNode(node, observed.nodes.get(node.name) ?? { kind: 'unseen' }, input)
    if ('faults' in made) refused.push({ node: node.name, faults: made.faults })
    else steps.push(...made.steps)
    if ('steps' in made && made.steps.length === 0) unchangedNodes++
  }
  const cluster = planCluster(input, new Set(refused.map(({ node }) => node)))
  const services = planServices(input, cluster)
  return {
    rack: rack.name,
    image: { talos: input.image.talos, sha256: input.image.manifest.sha256 },
    steps: [...steps, ...cluster, ...services],
    refused,
    unchanged: { nodes: unchangedNodes, services: rack.services.length - services.length },
  }
}

type NodePlan = { steps: readonly Step[] } | { faults: Plan['refused'][number]['faults'] }

function planNode(node: RackNode, seen: ObservedNode, input: PlanInput): NodePlan {
  const configure = (changes: readonly string[]): Step => ({
    kind: 'configure',
    node: node.name,
    role: node.role,
    address: node.address,
    changes,
  })
  switch (seen.kind) {
    case 'unseen':
      return { steps: [waitFor(node.name, `no boot request yet: is slot ${node.slot} powered?`)] }
    case 'refused':
      return { faults: seen.faults }
    case 'booting':
    case 'maintenance':
      return { steps: [configure([])] }
    case 'running':
      return { steps: seen.config === 'same' ? [] : [configure(seen.changes)] }
    case 'netbooting': {
      if (!seen.inventory)
        return { steps: [waitFor(node.name, 'its flash agent has not reported its disks yet')] }
      const erase = input.erase.has(node.name)
      const chosen = chooseDisk(node, seen.inventory, input.image.manifest, erase)
      if ('faults' in chosen) return chosen
      return { steps: [{ kind: 'flash', node: node.name, disk: chosen.disk, erase }, configure([])] }
    }
  }
}

function planCluster({ rack, observed }: PlanInput, refused: ReadonlySet<string>): Step[] {
  const controlPlanes = rack.nodes.filter(({ role }) => role === 'controlplane')
  const seen = controlPlanes.map(({ name }) => observed.nodes.get(name) ?? { kind: 'unseen' as const })
  const members = Math.max(0, ...seen.map((node) => (node.kind === 'running' ? node.etcdMembers.length : 0)))
  const steps: Step[] = []
  if (members === 0) {
    // A control plane that cannot be asked might be a member of a cluster that is merely switched off.
    const missing = controlPlanes.filter(
      ({ name }, index) => refused.has(name) || !hasNoEtcd(seen[index] ?? { kind: 'unseen' }),
    )
    if (missing.length > 0) {
      const names = missing.map(({ name }) => name).join(', ')
      return [
        waitFor('cluster', `bootstrap waits for ${names}: every control plane must be there to be asked`),
      ]
    }
    steps.push({ kind: 'bootstrap' })
  }
  if (members < controlPlanes.length) steps.push({ kind: 'join', from: members, to: controlPlanes.length })
  const ready = new Set(observed.kubernetes?.ready)
  const late = rack.nodes.filter(
    ({ name }) => observed.nodes.get(name)?.kind === 'running' && !ready.has(name),
  )
  if (steps.length === 0 && late.length > 0) {
    steps.push(waitFor('cluster', `${late.map(({ name }) => name).join(', ')} not Ready in Kubernetes yet`))
  }
  return steps
}

function hasNoEtcd(node: ObservedNode): boolean {
  if (node.kind === 'running') return node.etcdMembers.length === 0
  return node.kind === 'maintenance' || node.kind === 'booting' || node.kind === 'netbooting'
}

function planServices({ rack, observed }: PlanInput, cluster: readonly Step[]): Step[] {
  const willHaveCluster =
    observed.kubernetes !== undefined || cluster.some(({ kind }) => kind === 'bootstrap' || kind === 'join')
  return rack.services.flatMap((service): Step[] => {
    const seen = observed.services.get(service.name) ?? { kind: 'unknown' as const }
    if (seen.kind === 'unknown') {
      return willHaveCluster
        ? [{ kind: 'deploy', service: service.name, plan: undefined }]
        : [waitFor(service.name, 'there is no Kubernetes API yet')]
    }
    if (seen.kind === 'later') return [{ kind: 'deploy', service: service.name, plan: undefined }]
    if (!seen.plan.empty) return [{ kind: 'deploy', service: service.name, plan: seen.plan }]
    return seen.ready ? [] : [waitFor(service.name, seen.reason)]
  })
}

function waitFor(subject: string, reason: string): Step {
  return { kind: 'await', subject, reason }
}
