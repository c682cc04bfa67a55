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
  const failed: Fault[] = []
  const nodes = run.site.rack.nodes.filter((node) => stepsOf(plan, node).length > 0)
  const configured = new Map<string, Promise<boolean>>()
  for (const node of nodes)
    configured.set(
      node.name,
      guard(run, node, failed, () => prepareNode(run, plan, node)),
    )

  try {
    const isThere = (node: RackNode) => configured.get(node.name) ?? Promise.resolve(!isMissing(plan, node))
    if (plan.steps.some(({ kind }) => kind === 'bootstrap')) await bootstrapCluster(run, isThere)
    if (hasCluster(plan)) {
      await joinCluster(run, isThere)
    }
    const services = plan.steps.flatMap((step) => (step.kind === 'deploy' ? [step.service] : []))
    failed.push(...(await deployServices(run, services)))
  } catch (error) {
    const faults = faultsOf(error)
    if (!faults) throw error
    failed.push(...faults)
  }
  await Promise.all(configured.values())
  return failed
}

async function prepareNode(run: Run, plan: Plan, node: RackNode): Promise<void> {
  for (const step of stepsOf(plan, node)) {
    if (step.kind === 'flash') await flashNode(run, node, step)
    if (step.kind === 'configure') await configureNode(run, node)
  }
}

/** Whether the node got there. What it failed with is shown on the node and kept. */
async function guard(run: Run, node: RackNode, failed: Fault[], work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    const faults = faultsOf(error)
    if (!faults) throw error
    failed.push(...faults)
    run.events.emit({ type: 'node', node: node.name, state: { kind: 'refused', faults } })
    return false
  }
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
