import { generateKeyPairSync, hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FaultError, faultsOf } from '@homerack/errors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkBootConfig,
  describeBootOrder,
  formatPublicKey,
  formatSignature,
  knownLimits,
  parseBootConfig,
  parseSignature,
  provisioningConfig,
  readEeprom,
  readEepromFile,
  replaceEepromFile,
  setUpdateTime,
  verifySignature,
} from '../../src/index.ts'
import { abImage, singleImage } from './synthetic-image.ts'

const codeOf = (act: () => unknown): string[] => {
  try {
    act()
  } catch (error) {
    const faults = faultsOf(error)
    if (faults) return faults.map(({ code }) => code)
    throw error
  }
  return []
}
const images = [
  ['one partition', singleImage(), 0x42000],
  ['A/B', abImage(), 0x62000],
] as const

describe.each(images)('an image with %s', (kind, image, configAt) => {
  const end = kind === 'A/B' ? 0x107000 : image.length - 4096

  test('says what it is', () => {
    const eeprom = readEeprom(image)
    expect(eeprom.layout).toBe(kind === 'A/B' ? 'ab' : 'single')
    expect(eeprom.config).toContain('BOOT_ORDER=0xf461')
    expect(eeprom.build).toEqual({
      version: '0123abcd',
      date: '2025-12-08',
      timestamp: 1765222194,
      ...(kind === 'A/B' && { manufacturing: 1 }),
    })
    expect(eeprom).not.toHaveProperty('updateTime')
    expect(eeprom.sections.find(({ name }) => name === 'bootconf.txt')?.offset).toBe(configAt)
  })

  test.each(['bootconf.txt', 'bootconf.sig'] as const)('%s put back as it is changes nothing', (name) => {
    expect(replaceEepromFile(image, name, readEepromFile(image, name)).equals(image)).toBe(true)
  })

  test('an edit is read back, and touches no byte outside its room', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4072 }), fc.uint8Array({ maxLength: 4072 }), (first, second) => {
        const edited = replaceEepromFile(image, 'bootconf.txt', first)
        expect(readEepromFile(edited, 'bootconf.txt').equals(first)).toBe(true)
        expect(edited.subarray(0, configAt).equals(image.subarray(0, configAt))).toBe(true)
        expect(edited.subarray(end).equals(image.subarray(end))).toBe(true)
        // Edited again, it is what it would have been at once: nothing of the first text is left.
        const again = replaceEepromFile(edited, 'bootconf.txt', second)
        expect(again.equals(replaceEepromFile(image, 'bootconf.txt', second))).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  test('a file takes what fits before the next section, and not one byte more', () => {
    const fits = replaceEepromFile(image, 'bootconf.sig', Buffer.alloc(0x1000 - 24, 7))
    expect(readEeprom(fits).config).toBe(readEeprom(image).config)
    expect(codeOf(() => replaceEepromFile(image, 'bootconf.sig', Buffer.alloc(0x1000 - 23)))).toEqual([
      'E_EEPROM_TOO_LARGE',
    ])
    expect(codeOf(() => replaceEepromFile(image, 'bootconf.txt', Buffer.alloc(4077)))).toEqual([
      'E_EEPROM_TOO_LARGE',
    ])
    expect(replaceEepromFile(image, 'bootconf.txt', Buffer.alloc(4076))).toHaveLength(image.length)
  })

  test('the update time is set where this layout keeps it', () => {
    const set = setUpdateTime(image, 1790000000)
    expect(readEeprom(set).updateTime).toBe(1790000000)
    const places = kind === 'A/B' ? [0x67a0 + 24, 0x60000 + 24] : [image.length - 8]
    for (const at of places) expect(set.toString('hex', at, at + 8)).toBe('7fc44e95803bb16a')
  })
})

test('padding in an A/B image has a header of its own, in an older one it has none', () => {
  const short = Buffer.from('x')
  const ab = replaceEepromFile(abImage(), 'bootconf.txt', short)
  expect(ab.toString('hex', 0x62018, 0x62030)).toBe(`78${'ff'.repeat(7)}55aafeef000a4fd8${'ff'.repeat(8)}`)
  const single = replaceEepromFile(singleImage(), 'bootconf.txt', short)
  expect(single.toString('hex', 0x42018, 0x42028)).toBe(`78${'ff'.repeat(15)}`)
})

describe('refused', () => {
  const broken = (change: (image: Buffer) => void) => {
    const image = singleImage()
    change(image)
    return image
  }
  test.each([
    ['an image for a Pi 4', Buffer.alloc(512 * 1024)],
    ['an erased flash', Buffer.alloc(2 * 1024 * 1024, 0xff)],
    ['another magic', broken((image) => image.writeUInt32BE(0x12345678, 0x20000))],
    ['a section beyond the end', broken((image) => image.writeUInt32BE(0x7fffffff, 0x42004))],
    ['a file without room for its name', broken((image) => image.writeUInt32BE(3, 0x42004))],
  ])('%s', (_, image) => {
    expect(codeOf(() => readEeprom(image))).toEqual(['E_EEPROM_IMAGE'])
    expect(codeOf(() => replaceEepromFile(image, 'bootconf.txt', Buffer.alloc(1)))).toEqual([
      'E_EEPROM_IMAGE',
    ])
  })
  test('a file that the image lacks, or that lies in the read-only part', () => {
    expect(codeOf(() => replaceEepromFile(abImage(), 'cacert.der', Buffer.alloc(1)))).toEqual([
      'E_EEPROM_FILE',
    ])
    const early = abImage()
    early.write('pubkey.bin\0\0', 0x67a8, 'latin1')
    expect(codeOf(() => replaceEepromFile(early, 'pubkey.bin', Buffer.alloc(1)))).toEqual(['E_EEPROM_FILE'])
  })
  test('garbage, by a fault and never by a crash', () => {
    const base = [singleImage(), abImage()]
    const runs = Number(process.env.HOMERACK_FUZZ_RUNS ?? 300)
    const change = fc.array(fc.tuple(fc.nat(0x63000), fc.nat(255)), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(fc.nat(1), change, fc.nat(2 ** 21), (which, changes, cut) => {
        const image = Buffer.from(base[which]!)
        for (const [at, value] of changes) image[at] = value
        for (const bytes of [image, image.subarray(0, cut)])
          try {
            readEeprom(replaceEepromFile(bytes, 'bootconf.txt', Buffer.alloc(100)))
          } catch (error) {
            expect(error).toBeInstanceOf(FaultError)
          }
      }),
      { numRuns: runs },
    )
  })
})

describe('official images', () => {
  const folder = process.env.HOMERACK_EEPROM_IMAGES ?? ''
  const config = '[all]\nBOOT_UART=1\nBOOT_ORDER=0xf2461\nNET_INSTALL_AT_POWER_ON=0\n'
  const vectors = [
    [
      '2024-09-23',
      0xac000,
      'fb5d7c6b76b90454',
      '815c58d1d1e21830ba296fa17473775d21f997c6d4a48b8b03f9b19613a66dcd',
    ],
    [
      '2025-12-08',
      0x9e000,
      '3fcc73903807dfbe',
      'ce42c9239a8c450bb5fb7ce59cf144f15f01f3e91a11590fca444c2dee1be544',
    ],
    [
      '2026-05-26',
      0xa3000,
      'fee8bee6a738a1a6',
      'ecfa36d08c5c8789796995d3bf0a09fc6ae78d13e2a011fc4fedbfc346351fd2',
    ],
  ] as const
  test.for(vectors)('%s is edited as by the official tool', ([date, at, input, output], ctx) => {
    const path = join(folder, `pieeprom-${date}.bin`)
    if (folder === '' || !existsSync(path))
      return ctx.skip(`pieeprom-${date}.bin is not here: name a folder with it in HOMERACK_EEPROM_IMAGES`)
    const image = readFileSync(path)
    expect(hash('sha256', image).startsWith(input)).toBe(true)
    expect(hash('sha256', replaceEepromFile(image, 'bootconf.txt', Buffer.from(config)))).toBe(output)
    const own = readEepromFile(image, 'bootconf.txt')
    expect(replaceEepromFile(image, 'bootconf.txt', own).equals(image)).toBe(true)
    const { build, sections } = readEeprom(image)
    expect(build.date).toBe(date)
    expect(sections.find(({ name }) => name === 'bootconf.txt')?.offset).toBe(at)
  })
})

describe('signatures', () => {
  const content = Buffer.from('content')
  const sha256 = 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73'

  test('are the lines that the bootloader reads', () => {
    const text = formatSignature(content, { time: 1790000000 })
    expect(text).toBe(`${sha256}\nts: 1790000000\ntarget-soc: 2712\n`)
    expect(parseSignature(text)).toEqual({ sha256, time: 1790000000, soc: '2712' })
  })
  test('with a key verify by its public half, and by no other', () => {
    const make = (bits = 2048) =>
      generateKeyPairSync('rsa', {
        modulusLength: bits,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      })
    const [pair, other] = [make(), make()]
    const text = formatSignature(content, { time: 1, key: { reveal: () => pair.privateKey } })
    const signature = parseSignature(text)
    expect(verifySignature(content, signature, pair.publicKey)).toBe(true)
    expect(verifySignature(content, signature, other.publicKey)).toBe(false)
    const key = formatPublicKey(pair.publicKey)
    expect(key.toString('hex', 256)).toBe('0100010000000000')
    const short = make(1024)
    expect(codeOf(() => formatPublicKey(short.publicKey))).toEqual(['E_EEPROM_KEY'])
    expect(
      codeOf(() => formatSignature(content, { time: 1, key: { reveal: () => short.privateKey } })),
    ).toEqual(['E_EEPROM_KEY'])
  })
  test.each(['', 'ED70', `${sha256}\nts: soon`, `${sha256}\nrsa2048: 12`])('%j is none', (text) => {
    expect(codeOf(() => parseSignature(text))).toEqual(['E_EEPROM_SIGNATURE'])
  })
})

describe('settings', () => {
  const check = (text: string) =>
    checkBootConfig(text, 'bootconf.txt').map(({ code, cause, hint }) => [code, cause, hint ?? ''].join(' '))

  test('our own have no fault, and boot NVMe before the network', () => {
    expect(check(provisioningConfig({ tftp: '192.168.10.250' }))).toEqual([])
    const order = parseBootConfig(provisioningConfig()).find(({ name }) => name === 'BOOT_ORDER')
    expect(order).toEqual({ name: 'BOOT_ORDER', value: '0xf261', section: 'all', line: 3 })
    expect(describeBootOrder(order!.value)).toBe('SD card, NVMe, network, again')
  })
  test.each([
    ['BOOT_ORDER=0xf51', /^E_.* names 5, which is no way/],
    ['BOOT_ORDER=0x1f2', /^E_.* never gets beyond f/],
    ['BOOT_ORDER=0x132', /^E_.* never gets beyond 3/],
    ['BOOT_ORDER=nvme', /^E_.* no number/],
    ['TFTP_IP=192.168.1', /^E_.* no IPv4/],
    ['DHCP_TIMEOUT=4000', /^E_.* from 5000/],
    ['TFTP_PREFIX_STR=rack', /^E_.* slash/],
    ['HTTP_HOST=http://boot', /^E_.* without http/],
    ['NETCONSOLE=6665@10.0.0.1,6666', /^E_.* form/],
    ['PCIE_PROBE=yes', /^E_.* 0, 1/],
    ['NET_WAIT=1', /^W_.* DHCP_TIMEOUT/],
    ['NETWORK_TIMEOUT=1', /^W_.* TFTP_FILE_TIMEOUT/],
    ['ENABLE_NETWORK_INSTALL=1', /^W_.* NET_INSTALL_ENABLED/],
    ['DISABLE_SELF_UPDATE=1', /^W_.* ENABLE_SELF_UPDATE=0/],
    ['BOOT_ODER=0xf1', /^W_.* Did you mean BOOT_ORDER/],
    ['__proto__=1', /^W_.* not a known setting/],
    ['hello', /^W_.* neither/],
  ])('%s', (line, expected) => {
    expect(check(`[all]\n# about it\n\n${line}\n`)).toEqual([expect.stringMatching(expected)])
  })
  test('a fault points at its line', () => {
    const [fault] = checkBootConfig('[all]\r\n BOOT_UART=2\r\n', 'bootconf.txt')
    expect(fault?.place).toEqual({
      file: 'bootconf.txt',
      line: 2,
      column: 2,
      length: 11,
      text: ' BOOT_UART=2',
    })
  })
})

test.each([
  ['2024-09-23', 3],
  ['2025-05-08', 2],
  ['2025-06-13', 1],
  ['2025-12-08', 0],
  [undefined, 0],
])('a bootloader of %s has %i known limits', (date, count) => {
  expect(knownLimits({ build: { ...(date && { date }) } })).toHaveLength(count)
})
