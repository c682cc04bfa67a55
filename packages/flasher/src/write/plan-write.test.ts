import { describe, expect, test } from 'vitest'
import type { Assignment, DiskFound, Inventory } from '../protocol/index.ts'
import { planWrite } from './index.ts'

const disk: DiskFound = {
  device: '/dev/nvme0n1',
  model: 'Some NVMe',
  serial: 'S1',
  size: 1e12,
  sectorSize: 512,
  readOnly: false,
  content: { kind: 'empty' },
}
const board = (...disks: DiskFound[]): Inventory => ({
  serial: 'a1b2c3d4',
  revision: 'e04171',
  mac: '2c:cf:67:00:00:01',
  memory: 16e9,
  agent: 'a'.repeat(64),
  disks,
})
const assignment: Assignment = {
  id: 'a-1',
  disk: { serial: 'S1', size: 1e12 },
  erase: false,
  image: { sha256: 'b'.repeat(64), size: 2e9, ranges: [] },
  url: 'http://127.0.0.1/images/b',
}
const synology: DiskFound['content'] = {
  kind: 'partitioned',
  label: 'gpt',
  partitions: [
    { name: 'Synology', type: 'x', size: 1 },
    { name: '', type: 'x', size: 1 },
  ],
}

test.each<[string, DiskFound, boolean]>([
  ['empty', disk, false],
  ['interrupted', { ...disk, content: { kind: 'interrupted', image: 'c'.repeat(64) } }, false],
  ['full, but erasing was agreed to', { ...disk, content: synology }, true],
])('a disk that is %s is written', (_, found, erase) => {
  const other = { ...disk, device: '/dev/sda', serial: 'S2' }
  expect(planWrite(board(other, found), { ...assignment, erase })).toEqual({ kind: 'write', disk: found })
})

describe('refusals say what was found and what was expected', () => {
  test.each<[string, DiskFound[], Partial<Assignment>, RegExp]>([
    ['E_DISK_MISSING', [], {}, /no disk was found, expected S1/],
    ['E_DISK_SERIAL', [{ ...disk, serial: 'S9' }], {}, /no disk has the serial S1; found .*S9/],
    ['E_DISK_AMBIGUOUS', [disk, { ...disk, device: '/dev/sda' }], {}, /2 disks have the serial S1/],
    ['E_DISK_SIZE', [{ ...disk, size: 5e11 }], {}, /500000000000 bytes, the plan says 1000000000000/],
    [
      'E_DISK_TOO_SMALL',
      [{ ...disk, size: 1e9 }],
      { disk: { serial: 'S1', size: 1e9 } },
      /the image needs 2000000000/,
    ],
    ['E_DISK_SECTOR_SIZE', [{ ...disk, sectorSize: 4096 }], {}, /sectors of 4096 bytes/],
    ['E_DISK_READ_ONLY', [{ ...disk, readOnly: true }], { erase: true }, /read-only/],
    ['E_DISK_IN_USE', [{ ...disk, inUse: 'mounted at /' }], { erase: true }, /mounted at \//],
    ['E_DISK_NOT_EMPTY', [{ ...disk, content: synology }], {}, /partition table \(2 partitions, Synology\)/],
    ['E_DISK_NOT_EMPTY', [{ ...disk, content: { kind: 'filesystem', type: 'xfs' } }], {}, /xfs file system/],
    ['E_DISK_NOT_EMPTY', [{ ...disk, content: { kind: 'unknown' } }], {}, /unknown content/],
  ])('%s', (code, disks, change, cause) => {
    const plan = planWrite(board(...disks), { ...assignment, ...change })
    expect(plan).toMatchObject({ kind: 'refused', faults: [{ code, cause: expect.stringMatching(cause) }] })
  })

  test('all at once', () => {
    const bad = { ...disk, size: 1e9, readOnly: true, content: synology }
    const plan = planWrite(board(bad), assignment)
    expect(plan.kind === 'refused' && plan.faults.map(({ code }) => code)).toEqual([
      'E_DISK_SIZE',
      'E_DISK_TOO_SMALL',
      'E_DISK_READ_ONLY',
      'E_DISK_NOT_EMPTY',
    ])
  })
})
