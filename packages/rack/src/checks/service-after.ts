import { didYouMean } from '@homerack/errors'
import { offer } from '../schema/leaf.ts'
import { type Check, entriesOf } from './check.ts'
import { serviceDrafts } from './service-drafts.ts'

/** A service waits only for services of this rack. */
export const serviceAfter: Check = function* (view) {
  const services = serviceDrafts(view)
  const names = [...new Set(services.flatMap(({ name }) => name ?? []))]
  for (const { after, at } of services) {
    for (const [index, other] of entriesOf(after)) {
      if (names.includes(other)) continue
      const hint = offer(didYouMean(other, names)) ?? `Services: ${names.join(', ')}.`
      yield {
        code: 'E_UNKNOWN_SERVICE',
        at: [...at, 'after', index],
        cause: `after "${other}" is not a service`,
        hint,
      }
    }
  }
}
