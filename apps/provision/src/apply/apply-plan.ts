import { type Fault, faultsOf } from '@homerack/errors'
import type { RackNode } from '@homerack/rack'
import type { Plan, Step } from '../plan/plan.ts'
import { bootstrapCluster } from './bootstrap-cluster.ts'
import { configureNode } from './configure-node.ts'
import { deployServices } from './deploy-services.ts'
import { flashNode } from './flash-node.ts'
import { joinCluster } from './join-cluster.ts'
import type { Run } from './run.ts'

/**
 * Does what the plan says, and nothing else: every node on its own, the cluster once enough nodes are there,
 * then the services. A node that fails stops only itself.
 *
 * @returns the faults of what failed; none if everything was done.
 */
export async function applyPlan(run: Run, plan: Plan): Promise<readonly Fault[]> {
  const failures = new Map<RackNode, readonly Fault[]>()
  const others: Fault[] = []
  const configured = new Map<string, Promise<boolean>>()
  for (const node of run.site.rack.nodes.filter((each) => stepsOf(plan, each).length > 0)) {
    const prepared = prepareNode(run, plan, node, failures)
    // Awaited below; a bug that shows earlier must not end the process before that.
    prepared.catch(() => {})
    configured.set(node.name, prepared)
  }

  try {
    const isThere = (node: RackNode) => configured.get(node.name) ?? Promise.resolve(!isMissing(plan, node))
    if (plan.steps.some(({ kind }) => kind === 'bootstrap')) await bootstrapCluster(run, isThere)
    if (hasCluster(plan)) await joinCluster(run, isThere)
    const services = plan.steps.flatMap((step) => (step.kind === 'deploy' ? [step.service] : []))
    others.push(...(await deployServices(run, services)))
  } catch (error) {
    const faults = faultsOf(error)
    if (!faults) throw error
    others.push(...faults)
  }
  await Promise.all(configured.values())
  // A board that failed boots on and is heard again; what is shown last is why it failed.
  for (const [node, faults] of failures) refuse(run, node, faults)
  return [...[...failures.values()].flat(), ...others]
}

/** Whether the node got there. What it failed with is shown on the node and kept. */
async function prepareNode(
  run: Run,
  plan: Plan,
  node: RackNode,
  failures: Map<RackNode, readonly Fault[]>,
): Promise<boolean> {
  try {
    for (const step of stepsOf(plan, node)) {
      if (step.kind === 'flash') await flashNode(run, node, step)
      if (step.kind === 'configure') await configureNode(run, node)
    }
    return true
  } catch (error) {
    const faults = faultsOf(error)
    if (!faults) throw error
    failures.set(node, faults)
    refuse(run, node, faults)
    return false
  }
}

function refuse({ events }: Run, node: RackNode, faults: readonly Fault[]): void {
  events.emit({ type: 'node', node: node.name, state: { kind: 'refused', faults } })
}

function stepsOf(plan: Plan, node: RackNode): Step[] {
  return plan.steps.filter((step) => 'node' in step && step.node === node.name)
}

/** A plan that waits for a control plane before it bootstraps has no cluster to join. */
function hasCluster({ steps }: Plan): boolean {
  return !steps.some((step) => step.kind === 'await' && step.subject === 'cluster')
}

/** Refused, or not heard of: it will not come in this pass. */
function isMissing({ refused, steps }: Plan, { name }: RackNode): boolean {
  return (
    refused.some(({ node }) => node === name) ||
    steps.some((step) => step.kind === 'await' && step.subject === name)
  )
}
