import type { Draft } from '../schema/draft.ts'
import type { RackFile } from '../schema/rack-file.ts'
import type { Path } from '../source/locate.ts'
import { entriesOf, type RackView } from './check.ts'

type ServiceMap = Exclude<Draft<RackFile['services'][number]>, string>
export type ServiceDraft = ServiceMap & { readonly at: Path }

/** Services with the shorthand written out: `notes` is `{ name: notes }`. */
export function serviceDrafts({ draft }: RackView): readonly ServiceDraft[] {
  return entriesOf(draft.services).map(([index, service]) => {
    const at = ['services', index]
    return typeof service === 'string' ? { name: service, at } : { ...service, at }
  })
}
