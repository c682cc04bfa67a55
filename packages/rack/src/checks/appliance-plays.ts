import { didYouMean } from '@homerack/errors'
import { offer } from '../schema/leaf.ts'
import { type Check, entriesOf } from './check.ts'

/** An appliance plays what an appliance of this house exports. */
export const appliancePlays: Check = function* ({ draft }) {
  const appliances = entriesOf(draft.appliances)
  const exports = appliances.flatMap(([, one]) =>
    entriesOf(one.exports).flatMap(([, { name }]) => name ?? []),
  )
  for (const [index, { plays }] of appliances) {
    for (const [place, name] of entriesOf(plays)) {
      if (exports.includes(name)) continue
      const hint =
        offer(didYouMean(name, exports)) ??
        (exports.length > 0 ? `Exports: ${exports.join(', ')}.` : undefined)
      yield {
        code: 'E_UNKNOWN_EXPORT',
        at: ['appliances', index, 'plays', place],
        cause: `no appliance exports "${name}"`,
        hint,
      }
    }
  }
}
