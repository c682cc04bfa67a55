import { type Check, entriesOf, repeated } from './check.ts'

/** A disk serial names one disk, so it cannot be in nodeDefaults or with two nodes. */
export const duplicateDisks: Check = function* ({ draft }) {
  const mentions = entriesOf(draft.nodes).flatMap(([index, { name, disk }]) =>
    disk?.serial === undefined
      ? []
      : [{ value: disk.serial, owner: name ?? 'another node', at: ['nodes', index, 'disk', 'serial'] }],
  )
  for (const { first, again } of repeated(mentions)) {
    const cause = `${again.value} is already the disk of ${first.owner}`
    const hint = 'A serial number names one disk: give each node its own.'
    yield { code: 'E_DUPLICATE_DISK', at: again.at, cause, hint, other: first.at }
  }
}
