import { didYouMean } from '@homerack/errors'
import { offer } from '../schema/leaf.ts'
import { type Check, entriesOf } from './check.ts'
import { serviceDrafts } from './service-drafts.ts'

/** A radio is plugged into a node of this rack. */
export const radioNode: Check = function* (view) {
  const names = entriesOf(view.draft.nodes).flatMap(([, { name }]) => name ?? [])
  for (const { radio, at } of serviceDrafts(view)) {
    if (radio?.node === undefined || names.includes(radio.node)) continue
    const cause = `radio.node "${radio.node}" is not a node`
    const hint = offer(didYouMean(radio.node, names)) ?? `Nodes: ${names.join(', ')}.`
    yield { code: 'E_UNKNOWN_NODE', at: [...at, 'radio', 'node'], cause, hint }
  }
}
