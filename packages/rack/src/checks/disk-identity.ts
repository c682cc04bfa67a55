import { type Check, entriesOf } from './check.ts'

/** A disk that is not described is never touched, so every node describes its disk. */
export const diskIdentity: Check = function* ({ draft, written }) {
  for (const [index] of entriesOf(draft.nodes)) {
    const disk = ['nodes', index, 'disk']
    if (written([...disk, 'size']) || written([...disk, 'serial'])) continue
    const cause = 'nothing says which disk may be written: disk has neither size nor serial'
    yield {
      code: 'E_NO_DISK_IDENTITY',
      at: disk,
      cause,
      hint: 'Add for example  size: ">= 900 GB"  to disk.',
    }
  }
}
