import { type Check, entriesOf, repeated } from './check.ts'

/** Nodes, hosts and appliances share one domain, so they share one set of names. */
export const duplicateNames: Check = function* ({ draft }) {
  const sections = ['nodes', 'hosts', 'appliances'] as const
  const mentions = sections.flatMap((section) =>
    entriesOf<{ readonly name?: string | undefined }>(draft[section]).flatMap(([index, { name }]) =>
      name === undefined ? [] : [{ value: name, owner: section, at: [section, index, 'name'] }],
    ),
  )
  for (const { first, again } of repeated(mentions)) {
    const cause = `this name is already taken in ${first.owner}`
    yield { code: 'E_DUPLICATE_NAME', at: again.at, cause, other: first.at }
  }
}
