import { type Check, repeated } from './check.ts'
import { serviceDrafts } from './service-drafts.ts'

/** Services are told apart by name. */
export const duplicateServices: Check = function* (view) {
  const mentions = serviceDrafts(view).flatMap(({ name, at }) =>
    name === undefined ? [] : [{ value: name, owner: name, at }],
  )
  for (const { first, again } of repeated(mentions)) {
    yield { code: 'E_DUPLICATE_NAME', at: again.at, cause: 'this service is listed already', other: first.at }
  }
}
