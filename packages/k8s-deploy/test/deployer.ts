import { faultsOf } from '@homerack/errors'
import {
  applyDeploy,
  type Cluster,
  type DeployPlan,
  formatRef,
  type Manifest,
  planDeploy,
} from '../src/index.ts'
import { manifestsOf } from './manifests-of.ts'

type Options = { force?: boolean; allowPrune?: string[] }

/** What scenarios do with a cluster; each names a service, whose namespace has the same name. */
export function createDeployer(cluster: () => Cluster) {
  const plan = (name: string, declared: string | readonly Manifest[], options: Options = {}) => {
    const manifests = typeof declared === 'string' ? manifestsOf(declared) : declared
    return planDeploy({ cluster: cluster(), name, namespace: name, manifests, ...options })
  }
  const apply = (found: DeployPlan) => applyDeploy({ cluster: cluster(), plan: found })
  return {
    plan,
    apply,
    async deploy(name: string, declared: string | readonly Manifest[], options: Options = {}) {
      const found = await plan(name, declared, options)
      await apply(found)
      return found
    },
    live: (path: string) => cluster().request('GET', path) as Promise<Record<string, unknown>>,
    /** A write by somebody else. */
    write: (path: string, body: object) =>
      cluster().request('PATCH', path, {
        body,
        contentType: 'application/merge-patch+json',
        query: { fieldManager: 'kubectl-edit' },
      }),
  }
}

/** What happens to each object. */
export function kindsOf({ changes }: DeployPlan): Record<string, string> {
  return Object.fromEntries(changes.map(({ ref, kind }) => [formatRef(ref), kind]))
}

/** The faults with which it ends; none if it succeeds. */
export function faultsIn(work: Promise<unknown>) {
  return work.then(
    () => [],
    (error: unknown) => faultsOf(error) ?? [],
  )
}
