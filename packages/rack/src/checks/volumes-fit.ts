import { formatSize, parseSize, parseSizeRule, smallestDisk } from '../units/size.ts'
import { type Check, entriesOf } from './check.ts'

/** What Talos takes beside EPHEMERAL: its image (2246 MiB) and STATE (100 MiB), as of Talos 1.13. */
const talosBytes = 2346 * 2 ** 20

/** System and volumes fit on the smallest disk that the size rule lets through. */
export const volumesFit: Check = function* ({ draft }) {
  for (const [index, { disk }] of entriesOf(draft.nodes)) {
    const rule = parseSizeRule(disk?.size ?? '')
    const fixed = [disk?.system, ...entriesOf(disk?.volumes).map(([, volume]) => volume.size)]
    const needed = fixed.reduce((sum, size) => sum + (parseSize(size ?? '') ?? 0), talosBytes)
    if (!rule || needed <= smallestDisk(rule)) continue
    const cause = `system and volumes need ${formatSize(needed)}, but disk.size lets ${formatSize(smallestDisk(rule))} through`
    yield { code: 'E_VOLUMES_TOO_LARGE', at: ['nodes', index, 'disk', 'size'], cause }
  }
}
