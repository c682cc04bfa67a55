import { hash } from 'node:crypto'
import { faultsOf } from '@homerack/errors'
import { expect, test } from 'vitest'
import {
  CARD_BYTES,
  type EepromCardOptions,
  eepromCard,
  openFat,
  parseSignature,
  provisioningConfig,
  readableBytes,
  readEeprom,
} from '../../src/index.ts'
import { abImage, singleImage } from './synthetic-image.ts'

const recovery = Buffer.from(`${'\0'.repeat(512)}pieeprom.bin pieeprom.upd pieeprom.sig`)
const options: EepromCardOptions = {
  recovery,
  image: abImage(),
  config: provisioningConfig(),
  time: 1790000000,
}

async function filesOf(card: Buffer) {
  const fat = await openFat(
    readableBytes(Buffer.concat([card.subarray(2048 * 512), Buffer.alloc(CARD_BYTES - card.length)])),
  )
  const names = (await fat.list('/')).map(({ name }) => name.toLowerCase())
  return { fat, names: names.toSorted() }
}

test('a card has one FAT32 partition at sector 2048, with the edited image and its digest', async () => {
  const card = eepromCard(options)
  expect(card.toString('hex', 446, 462)).toBe(`80feffff0cfeffff00080000${'00f80100'}`)
  expect(card.readUInt16BE(510)).toBe(0x55aa)
  expect(CARD_BYTES).toBe(64 * 1024 * 1024)
  const { fat, names } = await filesOf(card)
  expect(names).toEqual(['pieeprom.bin', 'pieeprom.sig', 'recovery.bin'])
  const image = await fat.readFile('pieeprom.bin')
  expect(readEeprom(image).config).toBe(provisioningConfig())
  expect(parseSignature((await fat.readFile('pieeprom.sig')).toString())).toEqual({
    sha256: hash('sha256', image),
    time: 1790000000,
    soc: '2712',
  })
  expect((await fat.readFile('recovery.bin')).equals(recovery)).toBe(true)
})

test('a card can reboot the board, or wait for the next', async () => {
  const { fat, names } = await filesOf(eepromCard({ ...options, afterwards: 'reboot', reusable: true }))
  expect(names).toEqual(['config.txt', 'pieeprom.sig', 'pieeprom.upd', 'recovery.bin'])
  expect((await fat.readFile('config.txt')).toString()).toBe('recovery_wait=1\n')
})

test('without settings the image goes onto the card as it is; the same options give the same bytes', async () => {
  const { config: _, ...rest } = { ...options, image: singleImage() }
  const { fat } = await filesOf(eepromCard(rest))
  expect((await fat.readFile('pieeprom.bin')).equals(singleImage())).toBe(true)
  expect(eepromCard(rest).equals(eepromCard(rest))).toBe(true)
})

test.each<[string, Partial<EepromCardOptions>, string]>([
  ['an image of another board', { image: Buffer.alloc(512 * 1024) }, 'E_EEPROM_IMAGE'],
  ['a recovery.bin that is none', { recovery: Buffer.from('hello') }, 'E_EEPROM_RECOVERY'],
  ['the recovery.bin of a Pi 4', { recovery: Buffer.from('pieeprom bcm2711') }, 'E_EEPROM_RECOVERY'],
  ['settings that cannot be', { config: 'BOOT_ORDER=0xf51\n' }, 'E_EEPROM_SETTING'],
  ['settings that do not fit', { config: `# ${'x'.repeat(5000)}\n` }, 'E_EEPROM_TOO_LARGE'],
])('%s is refused', (_, change, code) => {
  let faults: ReturnType<typeof faultsOf>
  try {
    eepromCard({ ...options, ...change })
  } catch (error) {
    faults = faultsOf(error)
  }
  expect(faults?.map((fault) => fault.code)).toEqual([code])
})
