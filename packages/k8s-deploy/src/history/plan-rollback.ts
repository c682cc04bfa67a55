import { type Fault, FaultError, type Place } from '@homerack/errors'
import type { Manifest } from '../object/manifest.ts'
import type { DeployPlan } from '../plan/deploy-plan.ts'
import { type PlanDeployOptions, planDeploy } from '../plan/plan-deploy.ts'
import { readHistory, readRevision, type Service } from './read-history.ts'

export type PlanRollbackOptions = Omit<PlanDeployOptions, 'manifests'> & {
  /** The revision to go back to; the newest that differs from the current one unless told. */
  readonly to?: number
}

/**
 * A plan that brings back an earlier revision of a service. Changes nothing.
 *
 * Throws E_REVISION_UNKNOWN, E_REVISION_DAMAGED and what `planDeploy` throws.
 */
export async function planRollback({ to, ...options }: PlanRollbackOptions): Promise<DeployPlan> {
  const number = to ?? (await previous(options))
  return planDeploy({ ...options, manifests: await manifestsOfRevision(options, number) })
}

/**
 * Compares the cluster with what was applied last: what is not `unchanged` was changed by somebody else. Changes
 * nothing.
 *
 * Throws like `planRollback`.
 */
export async function planDrift(options: Omit<PlanDeployOptions, 'manifests'>): Promise<DeployPlan> {
  const newest = (await readHistory(options.cluster, options, options.signal)).at(-1)
  if (!newest) throw new FaultError(nothingToGoBackTo(options, 'was never applied here'))
  return planDeploy({ ...options, manifests: await manifestsOfRevision(options, newest.number) })
}

/** The manifests of a revision; they come from `revision 3 of notes`, a line an object. */
async function manifestsOfRevision(
  { cluster, name, namespace, signal }: Omit<PlanDeployOptions, 'manifests'>,
  number: number,
): Promise<Manifest[]> {
  const objects = await readRevision(cluster, { name, namespace }, number, signal)
  return objects.map((object, index) => {
    const text = `${object.kind}/${object.metadata.name}`
    const origin: Place = {
      file: `revision ${number} of ${name}`,
      line: index + 1,
      column: 1,
      length: text.length,
      text,
    }
    return { object, origin }
  })
}

async function previous(options: Omit<PlanDeployOptions, 'manifests'>): Promise<number> {
  const history = await readHistory(options.cluster, options, options.signal)
  const current = history.at(-1)
  const found = history.findLast(({ digest }) => digest !== current?.digest)
  if (!found) throw new FaultError(nothingToGoBackTo(options, 'has no earlier revision'))
  return found.number
}

function nothingToGoBackTo({ name }: Service, cause: string): Fault {
  return { code: 'E_REVISION_UNKNOWN', subject: name, cause, hint: 'See k8s-deploy history.' }
}
