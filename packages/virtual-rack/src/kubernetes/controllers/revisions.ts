import type { KubeObject } from '../types/object.ts'
import type { Template } from '../types/workloads.ts'
import type { Cluster } from './cluster.ts'
import { controlledBy, ownerReference, templateHash } from './pods.ts'

const key = 'controllerrevisions.apps'

export type Revisioned = KubeObject & { spec: { template: Template; revisionHistoryLimit?: number } }

/** The ControllerRevision of the present template, made or moved to the top if need be. Gives its name and hash. */
export function currentRevision(cluster: Cluster, owner: Revisioned): { name: string; hash: string } {
  const hash = templateHash(owner.spec.template)
  const name = `${owner.metadata.name}-${hash}`
  const all = controlledBy<KubeObject>(cluster, key, owner)
  const found = all.find((one) => one.metadata.name === name)
  const others = all.filter((one) => one !== found)
  const revision = Math.max(Number(found?.revision ?? 0), ...others.map((one) => Number(one.revision) + 1), 1)
  if (!found) {
    cluster.create(
      key,
      {
        name,
        namespace: owner.metadata.namespace ?? '',
        labels: { ...owner.spec.template.metadata?.labels, 'controller-revision-hash': hash },
        ownerReferences: [ownerReference(owner)],
      },
      { data: { spec: { template: { ...owner.spec.template, $patch: 'replace' } } }, revision },
    )
  } else if (found.revision !== revision) cluster.update(key, found, (live) => ({ ...live, revision }))
  const old = others.sort((a, b) => Number(a.revision) - Number(b.revision))
  const limit = owner.spec.revisionHistoryLimit ?? 10
  for (const one of old.slice(0, Math.max(0, old.length - limit))) cluster.remove(key, one)
  return { name, hash }
}
