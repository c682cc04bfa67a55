import { parseSize } from '../units/size.ts'
import { type Check, entriesOf } from './check.ts'

/** Talos refuses an EPHEMERAL volume below 2 GiB, and without a cap it would take the room of the volumes. */
export const systemSize: Check = function* ({ draft, written }) {
  for (const [index, { disk }] of entriesOf(draft.nodes)) {
    const at = ['nodes', index, 'disk', 'system']
    const bytes = parseSize(disk?.system ?? '')
    if (bytes !== undefined && bytes < 2 * 2 ** 30) {
      yield {
        code: 'E_SYSTEM_TOO_SMALL',
        at,
        cause: `disk.system ${disk?.system} is less than 2 GiB, which Talos needs`,
      }
    }
    if (!written(at) && (disk?.volumes?.length ?? 0) > 0) {
      const cause = 'disk has volumes but no system size: the system would take the whole disk'
      const hint = 'Add for example  system: 100 GiB  to disk. It cannot shrink later.'
      yield { code: 'E_SYSTEM_SIZE_MISSING', at: ['nodes', index, 'disk', 'volumes'], on: 'key', cause, hint }
    }
  }
}
