import { hash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CARD_BYTES, readEeprom } from '../../src/index.ts'
import { abImage, singleImage } from '../eeprom/synthetic-image.ts'
import { runCli, startCli } from './run-cli.ts'

let dir: string
const file = (name: string) => join(dir, name)
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-eeprom-cli-'))
  await writeFile(file('pieeprom-2024-09-23.bin'), singleImage())
  await writeFile(file('pieeprom-2026-05-26.bin'), abImage())
  await writeFile(file('recovery.bin'), 'pieeprom')
  await writeFile(file('bad.txt'), '[all]\nBOOT_ORDER=0xf51\n')
})
afterAll(() => rm(dir, { recursive: true }))

test('eeprom-inspect: version, boot order, settings, limits', async () => {
  const { out, code } = await runCli('eeprom-inspect', file('pieeprom-2026-05-26.bin'))
  expect(code).toBe(0)
  expect(out).toContain('bootloader of 2025-12-08 (0123abcd)')
  expect(out).toContain('boots      SD card, NVMe, USB, again')
  expect((await runCli('eeprom-inspect', file('recovery.bin'))).err).toMatch(/E_EEPROM_IMAGE/)
  expect((await runCli('eeprom-inspect', file('none'))).err).toMatch(/E_FILE/)
})

test('eeprom-edit writes a new image and its .sig, and never over a file', async () => {
  const edit = (...args: string[]) => runCli('eeprom-edit', file('pieeprom-2024-09-23.bin'), ...args)
  const out = file('new.bin')
  const { err, code } = await edit(
    '--set',
    'BOOT_ORDER=0xf261',
    '--set',
    'PCIE_PROBE=1',
    '--time',
    '7',
    '--out',
    out,
  )
  expect([code, err]).toEqual([0, ''])
  const image = await readFile(out)
  expect(readEeprom(image).config).toBe(
    '[all]\nBOOT_UART=1\nBOOT_ORDER=0xf261\nNET_INSTALL_AT_POWER_ON=1\nPCIE_PROBE=1\n',
  )
  expect(await readFile(file('new.sig'), 'utf8')).toBe(`${hash('sha256', image)}\nts: 7\ntarget-soc: 2712\n`)
  const again = await edit('--set', 'BOOT_ORDER=0xf1', '--out', out)
  expect([again.code, again.err]).toEqual([1, expect.stringMatching(/E_FILE_EXISTS/)])
  expect((await readFile(out)).equals(image)).toBe(true)
})

test('eeprom-edit refuses wrong settings, and warns of unknown ones', async () => {
  const edit = (...args: string[]) => runCli('eeprom-edit', file('pieeprom-2024-09-23.bin'), ...args)
  const wrong = await edit('--config', file('bad.txt'), '--out', file('bad.bin'))
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/bad\.txt:2:1 {2}E_EEPROM_SETTING/)])
  await expect(stat(file('bad.bin'))).rejects.toThrow()
  const unknown = await edit('--set', 'NET_WAIT=1', '--out', file('warned.bin'))
  expect([unknown.code, unknown.err]).toEqual([0, expect.stringMatching(/W_EEPROM_SETTING/)])
  expect((await edit('--set', 'BOOT_ORDER', '--out', file('x.bin'))).err).toMatch(/E_OPTION/)
})

test('eeprom-card takes the newest image, sets the operator’s address, and says what to do', async () => {
  const out = file('card.img')
  const args = ['eeprom-card', '--firmware', dir, '--tftp', '192.168.10.250', '--time', '7', '--out', out]
  const made = await runCli(...args)
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out).toContain('pieeprom-2026-05-26.bin')
  expect(made.out).toContain('TFTP_IP=192.168.10.250')
  expect((await stat(out)).size).toBe(CARD_BYTES)
  expect((await runCli(...args)).err).toMatch(/E_FILE_EXISTS/)
  expect((await runCli('inspect', out)).out).toContain('partition table (1 partition)')
  const wrong = await runCli('eeprom-card', '--firmware', dir, '--tftp', 'nas', '--out', file('no.img'))
  expect(wrong.err).toMatch(/E_EEPROM_SETTING .*TFTP_IP/)
  expect((await runCli('eeprom-card', '--firmware', '/dev', '--out', file('no.img'))).err).toMatch(/E_FILE/)
})

test('a reader that goes away stops no work', async () => {
  const out = file('unread.img')
  const child = startCli('eeprom-card', '--firmware', dir, '--out', out)
  child.stdout?.destroy()
  child.stderr?.resume()
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  expect((await stat(out)).size).toBe(CARD_BYTES)
})
