import { type Check, entriesOf } from './check.ts'

/** Only one volume can have what is left. */
export const volumeRest: Check = function* ({ draft }) {
  for (const [index, { disk }] of entriesOf(draft.nodes)) {
    const rests = entriesOf(disk?.volumes).filter(([, { size }]) => size === 'rest')
    for (const [place, { name }] of rests.slice(1)) {
      const cause = `volume ${name ?? place + 1} wants the rest too, but ${rests[0]?.[1].name ?? 'another'} has it`
      yield { code: 'E_TWO_RESTS', at: ['nodes', index, 'disk', 'volumes', place, 'size'], cause }
    }
  }
}
