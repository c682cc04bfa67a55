import { type Check, entriesOf, repeated } from './check.ts'

/** On one disk, volumes are told apart by name. */
export const volumeNames: Check = function* ({ draft }) {
  for (const [index, { disk }] of entriesOf(draft.nodes)) {
    const mentions = entriesOf(disk?.volumes).flatMap(([place, { name }]) =>
      name === undefined
        ? []
        : [{ value: name, owner: name, at: ['nodes', index, 'disk', 'volumes', place, 'name'] }],
    )
    for (const { first, again } of repeated(mentions)) {
      yield {
        code: 'E_DUPLICATE_VOLUME',
        at: again.at,
        cause: `there already is a volume ${again.value}`,
        other: first.at,
      }
    }
  }
}
