import type { Cluster } from '../cluster/cluster.ts'
import type { KubeObject } from '../object/kube-object.ts'

/** Owns the fields that are declared. */
export const fieldManager = 'homerack'

export type ApplyOptions = {
  readonly force: boolean
  readonly dryRun?: boolean
  readonly patience?: number
  readonly signal: AbortSignal | undefined
}

/** One server-side apply. Answers the object as it is then. Throws like `Cluster.request`. */
export async function applyObject(
  cluster: Cluster,
  path: string,
  object: KubeObject,
  { force, dryRun = false, patience = 0, signal }: ApplyOptions,
): Promise<KubeObject> {
  const answer = await cluster.request('PATCH', path, {
    body: object,
    contentType: 'application/apply-patch+yaml',
    query: {
      fieldManager,
      force: String(force),
      fieldValidation: 'Strict',
      ...(dryRun ? { dryRun: 'All' } : {}),
    },
    patience,
    signal,
  })
  return answer as KubeObject
}
