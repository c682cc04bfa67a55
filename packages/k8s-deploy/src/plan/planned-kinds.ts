import type { ApiResource } from '../cluster/api-resources.ts'
import { at, listAt, textAt } from '../object/kube-object.ts'
import type { Manifest } from '../object/manifest.ts'
import { groupKindOf } from '../object/object-ref.ts'

export const customResourceDefinition = 'CustomResourceDefinition.apiextensions.k8s.io'

/** The kinds that CustomResourceDefinitions among these manifests will add to the API, in every served version. */
export function plannedKinds(manifests: readonly Manifest[]): ApiResource[] {
  return manifests
    .filter(({ object }) => groupKindOf(object) === customResourceDefinition)
    .flatMap(({ object }) =>
      listAt(object, 'spec', 'versions')
        .filter((version) => version.served !== false)
        .map((version) => ({
          group: textAt(object, 'spec', 'group'),
          version: textAt(version, 'name'),
          kind: textAt(object, 'spec', 'names', 'kind'),
          plural: textAt(object, 'spec', 'names', 'plural'),
          namespaced: at(object, 'spec', 'scope') === 'Namespaced',
        })),
    )
}
