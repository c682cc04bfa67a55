import { parseSizeRule } from '../units/size.ts'
import { type Check, entriesOf } from './check.ts'

/** A drive sold as "1 TB" holds a little more, so an exact round size matches nothing. */
export const diskSizeExact: Check = function* ({ draft }) {
  for (const [index, { disk }] of entriesOf(draft.nodes)) {
    const rule = parseSizeRule(disk?.size ?? '')
    if (!rule || !('exactly' in rule) || (rule.exactly % 1e9 !== 0 && rule.exactly % 2 ** 30 !== 0)) continue
    const cause = `disk.size ${disk?.size} means exactly ${rule.exactly} bytes, which hardly any drive has`
    yield {
      code: 'W_DISK_SIZE_EXACT',
      at: ['nodes', index, 'disk', 'size'],
      cause,
      hint: 'Write a bound, such as ">= 900 GB".',
    }
  }
}
