import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPeer } from '@homerack/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CARD_BYTES, eepromCard, provisioningConfig } from '../../../src/index.ts'
import { abImage } from '../../eeprom/synthetic-image.ts'

let dir: string
let card: string
const options = {
  recovery: Buffer.from('pieeprom'.repeat(10_000)),
  image: abImage(),
  config: provisioningConfig(),
  time: 1790000000,
  reusable: true,
}
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-card-'))
  card = join(dir, 'card.img')
  const bytes = Buffer.alloc(CARD_BYTES)
  eepromCard(options).copy(bytes)
  await writeFile(card, bytes)
})
afterAll(() => rm(dir, { recursive: true }))

const run = (path: string, ...args: string[]): string =>
  execFileSync(path, args, { encoding: 'utf8', stdio: 'pipe' })

test('mtools copies the files off the card', async (ctx) => {
  const mcopy = findPeer('mcopy')
  if ('missing' in mcopy) return ctx.skip(mcopy.missing)
  const partition = `${card}@@1M`
  expect(run(mcopy.path, '-i', partition, '::config.txt', '-')).toBe('recovery_wait=1\n')
  run(mcopy.path, '-n', '-i', partition, '::recovery.bin', '::pieeprom.bin', '::pieeprom.sig', dir)
  expect((await readFile(join(dir, 'recovery.bin'))).equals(options.recovery)).toBe(true)
  const sig = await readFile(join(dir, 'pieeprom.sig'), 'utf8')
  expect(run('sha256sum', join(dir, 'pieeprom.bin')).slice(0, 64)).toBe(sig.slice(0, 64))
})

// It counts the label as a file.
test('fsck.vfat finds no fault in the card', async (ctx) => {
  const fsck = findPeer('fsck.vfat')
  if ('missing' in fsck) return ctx.skip(fsck.missing)
  const partition = join(dir, 'partition.img')
  await writeFile(partition, (await readFile(card)).subarray(2048 * 512))
  expect(run(fsck.path, '-n', partition)).toMatch(/5 files, \d+\/\d+ clusters/)
})

test('sfdisk reads the partition table of the card', async (ctx) => {
  let table: string
  try {
    table = run('/usr/sbin/sfdisk', '--dump', card)
  } catch {
    return ctx.skip('sfdisk is not on this machine: apt-get install fdisk')
  }
  expect(table).toContain('label: dos')
  expect(table).toMatch(/start=\s+2048, size=\s+129024, type=c, bootable/)
})
