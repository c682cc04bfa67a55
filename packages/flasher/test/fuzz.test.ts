import { hash } from 'node:crypto'
import { crc32, gzipSync, zstdCompressSync } from 'node:zlib'
import { FaultError } from '@homerack/errors'
import { expect, test } from 'vitest'
import {
  fitGpt,
  inspectBootDisk,
  labelGuid,
  openFat,
  parseImageManifest,
  partitionTypes,
  readableBytes,
  readEeprom,
  readFrame,
  readGpt,
  unwrapKernel,
  writeFat,
  writeGpt,
} from '../src/index.ts'
import { abImage, singleImage } from './eeprom/synthetic-image.ts'

// Readers of what others wrote, each with many inputs that are nearly right: an answer or a fault, never another
// error, never for ever, and no memory kept. HOMERACK_FUZZ=1000000 for a long run, HOMERACK_SEED for other inputs.
const count = Number(process.env.HOMERACK_FUZZ ?? 2000)
const { HOMERACK_SEED = '20261122' } = process.env
const seed = HOMERACK_SEED === 'random' ? Date.now() : Number(HOMERACK_SEED)
const MOST_GROWTH = 96 * 1024 * 1024

type Subject = {
  readonly name: string
  readonly base: Buffer
  /** Where structures are: half of the changes are made there. */
  readonly structure: readonly (readonly [start: number, end: number])[]
  readonly read: (bytes: Buffer) => unknown
  /** Makes checksums right again, for half of the inputs. */
  readonly seal?: (bytes: Buffer) => void
}

const KIB = 1024
const subjects = [
  gptSubject(),
  fatSubject(),
  eepromSubject('EEPROM, one partition', singleImage(), [0x20000, 0x40000, 0x40300, 0x41000, 0x42000]),
  eepromSubject('EEPROM, A/B', abImage(), [0x67a0, 0x10000, 0x30000, 0x60000, 0x61000, 0x62000, 0x107000]),
  ...kernelSubjects(),
  frameSubject(),
] satisfies Subject[]

test.each(subjects)('$name', { timeout: count * 100 }, async ({ base, structure, read, seal }: Subject) => {
  const random = dice(seed)
  const bytes = Buffer.from(base)
  await many(async () => {
    const undo = change(bytes, structure, random)
    if (seal && random() < 0.5) seal(bytes)
    const length = random() < 0.1 ? Math.floor(random() * bytes.length) : bytes.length
    try {
      await read(bytes.subarray(0, length))
    } catch (error) {
      expect(error).toBeInstanceOf(FaultError)
    }
    undo()
    if (seal) base.copy(bytes)
  })
  expect(bytes.equals(base)).toBe(true)
})

test('image manifests', { timeout: count * 100 }, async () => {
  const random = dice(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const odd = [
    0,
    -1,
    1,
    0.5,
    4095,
    4096,
    2 ** 20,
    2 ** 22,
    2 ** 22 + 1,
    2 ** 53,
    1e300,
    null,
    '',
    [],
    {},
    'x',
    true,
  ]
  const sha256 = 'a'.repeat(64)
  await many(async () => {
    let at = 0
    const ranges = Array.from({ length: Math.floor(random() * 6) }, () => {
      const start = at + pick([0, 4096, 2 ** 20])
      const length = pick([1, 4096, 2 ** 20, 2 ** 22])
      at = start + Math.ceil(length / 4096) * 4096
      return { start, length, sha256, frame: { offset: 0, length: 1 } }
    })
    const manifest = { sha256, size: at, ranges }
    const parts: Record<string, unknown>[] = [manifest, ...ranges, ...ranges.map(({ frame }) => frame)]
    for (let changes = Math.floor(random() * 3); changes > 0; changes--) {
      const part = pick(parts)
      part[pick(Object.keys(part))] = pick(odd)
    }
    try {
      const read = parseImageManifest(JSON.parse(JSON.stringify(manifest)))
      let end = 0
      for (const { start, length } of read.ranges) {
        if (start < end || start % 4096 !== 0 || start + length > read.size)
          expect.unreachable('a wrong range')
        end = start + length
      }
    } catch (error) {
      expect(error).toBeInstanceOf(FaultError)
    }
  })
})

/** Does it `count` times; memory is as large at the end as after the first fifth. */
async function many(once: () => Promise<void>): Promise<void> {
  let early = 0
  for (let i = 0; i < count; i++) {
    if (i === Math.floor(count / 5)) early = process.memoryUsage.rss()
    try {
      await once()
    } catch (error) {
      throw new Error(`input ${i} of HOMERACK_SEED=${seed}`, { cause: error })
    }
  }
  expect(process.memoryUsage.rss() - early).toBeLessThan(MOST_GROWTH)
}

/** Numbers from 0 to 1: xorshift32. */
function dice(from: number): () => number {
  let state = from >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const oddNumbers = [0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff]

/** Makes one to eight changes, and gives back what takes them back. */
function change(bytes: Buffer, structure: Subject['structure'], random: () => number): () => void {
  const undo: [at: number, old: Buffer][] = []
  const below = (limit: number) => Math.floor(random() * limit)
  const place = (): number => {
    const [start, end] = structure[below(structure.length)] ?? [0, bytes.length]
    return random() < 0.5 ? below(bytes.length) : start + below(end - start)
  }
  for (let changes = 1 + below(8); changes > 0; changes--) {
    const at = place()
    const old = Buffer.from(bytes.subarray(at, at + 64))
    undo.unshift([at, old])
    switch (below(5)) {
      case 0:
        bytes[at] = below(256)
        break
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
        break
      case 2:
        if (at + 4 <= bytes.length) bytes.writeUInt32LE(oddNumbers[below(oddNumbers.length)] ?? 0, at)
        break
      case 3:
        if (at + 4 <= bytes.length) bytes.writeUInt32BE(oddNumbers[below(oddNumbers.length)] ?? 0, at)
        break
      case 4: {
        const from = place()
        bytes.copy(bytes, at, from, from + old.length)
      }
    }
  }
  return () => {
    for (const [at, old] of undo) old.copy(bytes, at)
  }
}

function gptSubject(): Subject {
  const size = 64 * KIB
  const partition = (number: number, firstBlock: number) => ({
    ...{ number, name: `part ${number}`, type: partitionTypes.linux, guid: labelGuid(`part ${number}`) },
    ...{ firstBlock, lastBlock: firstBlock + 9, attributes: 0n },
  })
  const gpt = {
    diskGuid: labelGuid('fuzz'),
    sectorSize: 512,
    partitions: [partition(1, 40), partition(2, 60)],
  }
  const { primary, backup, backupOffset } = writeGpt(gpt, size)
  const base = Buffer.alloc(size)
  primary.copy(base)
  backup.copy(base, backupOffset)
  return {
    name: 'GPT',
    base,
    structure: [
      [440, 512],
      [512, 604],
      [1024, 1280],
      [size - 512, size - 420],
    ],
    read: async (bytes) => {
      await readGpt(readableBytes(bytes))
      await fitGpt(bytes, bytes.length, 2 * size)
      await inspectBootDisk(readableBytes(bytes))
    },
    seal: (bytes) => {
      for (const [header, entries] of [
        [512, 1024],
        [size - 512, backupOffset],
      ] as const) {
        bytes.writeUInt32LE(crc32(bytes.subarray(entries, entries + 128 * 128)), header + 88)
        bytes.writeUInt32LE(0, header + 16)
        bytes.writeUInt32LE(crc32(bytes.subarray(header, header + 92)), header + 16)
      }
    },
  }
}

function fatSubject(): Subject {
  const size = 34 * KIB * KIB
  const files = {
    'config.txt': Buffer.from('kernel=a'),
    'a long name/and another.dtb': Buffer.alloc(9000, 7),
  }
  const base = writeFat({ label: 'FUZZ', size, files })
  const table = 32 * 512
  const data = base.length - 16 * KIB
  return {
    name: 'FAT',
    base,
    structure: [
      [0, 96],
      [table, table + 128],
      [data, base.length],
    ],
    read: async (bytes) => {
      const source = readableBytes(bytes)
      const fat = await openFat({ ...source, size })
      await fat.list('')
      for (const name of Object.keys(files)) if (await fat.find(name)) await fat.readFile(name)
    },
  }
}

function eepromSubject(name: string, base: Buffer, sections: readonly number[]): Subject {
  return {
    name,
    base,
    structure: [0, ...sections].map((at) => [at, at + 32] as const),
    read: readEeprom,
  }
}

function kernelSubjects(): Subject[] {
  const image = Buffer.alloc(8 * KIB)
  image.write('ARM\x64', 56, 'latin1')
  return (['zstd', 'gzip'] as const).map((packing) => {
    const payload = packing === 'zstd' ? zstdCompressSync(image) : gzipSync(image)
    const head = Buffer.alloc(64)
    head.write('MZ\0\0zimg', 'latin1')
    head.writeUInt32LE(head.length, 8)
    head.writeUInt32LE(payload.length, 12)
    head.write(packing, 24)
    const base = Buffer.concat([head, payload])
    return { name: `zboot, ${packing}`, base, structure: [[0, base.length]], read: unwrapKernel }
  })
}

function frameSubject(): Subject {
  const raw = Buffer.alloc(8 * KIB, 'content')
  const base = zstdCompressSync(raw)
  const range = { start: 0, length: raw.length, sha256: hash('sha256', raw), frame: { offset: 0, length: 1 } }
  return { name: 'frames', base, structure: [[0, base.length]], read: (bytes) => readFrame(bytes, range) }
}
