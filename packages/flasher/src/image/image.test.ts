import { execFileSync } from 'node:child_process'
import { hash, randomBytes } from 'node:crypto'
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseImageManifest } from '../protocol/index.ts'
import { frameImage, openFramed, openRaw, readFrame } from './index.ts'
import { mapChunk } from './map-chunk.ts'

const MIB = 1024 * 1024
const KIB = 1024
let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-image-'))
})
afterAll(() => rm(dir, { recursive: true }))

/** 20 MiB with content at the start, across the first MiB, across a frame's end, and at the end. */
const raw = Buffer.alloc(20 * MIB)
for (const [at, length] of [
  [0, 600],
  [MIB - 8192, 16384],
  [8 * MIB - 100_000, 200_000],
  [raw.length - 512, 512],
] as const)
  raw.set(
    randomBytes(length).map((byte) => byte | 1),
    at,
  )

describe('framing', () => {
  const packings: [string, (raw: Buffer) => Buffer][] = [
    ['raw', (bytes) => bytes],
    ['zstd', (bytes) => zstdCompressSync(bytes)],
    ['gzip', (bytes) => gzipSync(bytes)],
  ]
  test.each(packings)('a %s image reads back as it was', async (name, pack) => {
    const source = join(dir, `${name}.image`)
    await writeFile(source, pack(raw))
    const framed = await frameImage({ source, cacheDir: join(dir, 'cache') })
    expect(parseImageManifest(framed.manifest)).toEqual(framed.manifest)
    expect(framed.manifest.size).toBe(raw.length)
    await using image = await openFramed(framed)
    expect((await image.readAt(0, raw.length)).equals(raw)).toBe(true)
    expect((await image.readAt(MIB - 5, 10)).equals(raw.subarray(MIB - 5, MIB + 5))).toBe(true)
  })

  test('an xz image reads back as it was', async (ctx) => {
    if (!hasXz()) ctx.skip('xz is not installed: apt-get install xz-utils')
    const source = join(dir, 'xz.image')
    await writeFile(source, raw)
    execFileSync('xz', ['-0', '--suffix=.xz', source])
    const { manifest } = await frameImage({ source: `${source}.xz`, cacheDir: join(dir, 'cache') })
    expect(manifest.sha256).toBe((await frameRaw()).manifest.sha256)
  })

  test('the framed file is named by its hash and is nothing but its frames', async () => {
    const { manifest, path } = await frameRaw()
    const bytes = await readFile(path)
    expect(hash('sha256', bytes)).toBe(manifest.sha256)
    let end = 0
    for (const { start, length, frame } of manifest.ranges) {
      expect(frame.offset).toBe(end)
      end += frame.length
      const content = zstdDecompressSync(bytes.subarray(frame.offset, end))
      expect(content.equals(raw.subarray(start, start + length))).toBe(true)
    }
    expect(end).toBe(bytes.length)
  })

  test('the same source is framed once; a changed one again; a lost file anew', async () => {
    const first = await frameRaw()
    const { mtimeMs } = await stat(first.path)
    expect((await stat((await frameRaw()).path)).mtimeMs).toBe(mtimeMs)

    const source = join(dir, 'changing.image')
    await copyFile(join(dir, 'source.image'), source)
    const before = await frameImage({ source, cacheDir: join(dir, 'cache') })
    const changed = Buffer.from(raw)
    changed[5 * MIB] = 1
    await writeFile(source, changed)
    const after = await frameImage({ source, cacheDir: join(dir, 'cache') })
    expect(after.manifest.sha256).not.toBe(before.manifest.sha256)
    await rm(after.path)
    expect((await frameImage({ source, cacheDir: join(dir, 'cache') })).manifest).toEqual(after.manifest)
    await stat(after.path)
  })

  test('a damaged index counts as none', async () => {
    const source = join(dir, 'indexed.image')
    await writeFile(source, raw)
    const cacheDir = join(dir, 'indexed')
    const { manifest } = await frameImage({ source, cacheDir })
    const index = (await readdir(cacheDir)).find((name) => name.endsWith('.index'))
    const text = await readFile(join(cacheDir, index!), 'utf8')
    for (const damaged of [text.replace('"start":0', '"start":1'), text.slice(0, -1), '']) {
      await writeFile(join(cacheDir, index!), damaged)
      expect((await frameImage({ source, cacheDir })).manifest).toEqual(manifest)
      expect(await readFile(join(cacheDir, index!), 'utf8')).toBe(text)
    }
  })

  test.each([
    ['missing', undefined],
    ['damaged zstd', zstdCompressSync(raw).subarray(0, 50_000)],
    ['damaged gzip', gzipSync(raw).subarray(0, 50_000)],
    ['damaged xz', Buffer.concat([Buffer.from('fd377a585a00', 'hex'), randomBytes(5000)])],
    ['empty', Buffer.alloc(0)],
    ['all zero', Buffer.alloc(MIB)],
  ])('a %s image is a fault', async (name, bytes) => {
    const source = join(dir, `${name}.bad`)
    if (bytes) await writeFile(source, bytes)
    await expect(frameImage({ source, cacheDir: join(dir, 'cache') })).rejects.toThrow(/E_IMAGE /)
  })
})

async function frameRaw() {
  const source = join(dir, 'source.image')
  if (!(await stat(source).catch(() => undefined))) await writeFile(source, raw)
  return frameImage({ source, cacheDir: join(dir, 'cache') })
}

const hasXz = () => {
  try {
    return execFileSync('xz', ['--version']).length > 0
  } catch {
    return false
  }
}

describe('block map', () => {
  const filled = (length: number, ...runs: [number, number][]) => {
    const chunk = Buffer.alloc(length)
    for (const [start, count] of runs) chunk.fill(1, start, start + count)
    return chunk
  }
  test.each([
    ['zeros', filled(MIB), 0, []],
    ['one byte makes a block', filled(MIB, [5000, 1]), 0, [[4096, 4096]]],
    ['short holes are kept', filled(MIB, [0, 1], [60 * KIB, 1]), 0, [[0, 64 * KIB]]],
    [
      'long holes are skipped',
      filled(MIB, [0, 1], [80 * KIB, 1]),
      0,
      [
        [0, 4096],
        [80 * KIB, 4096],
      ],
    ],
    [
      'the first MiB ends a run',
      filled(2 * MIB, [MIB - 1, 2]),
      0,
      [
        [MIB - 4096, 4096],
        [MIB, 4096],
      ],
    ],
    ['only the first', filled(2 * MIB, [MIB - 1, 2]), 8 * MIB, [[MIB - 4096, 8192]]],
    ['an end inside a block', filled(4096 + 512, [4096, 512]), 0, [[4096, 512]]],
  ])('%s', (_, chunk, offset, runs) => {
    expect(mapChunk(chunk, offset).map(({ start, length }) => [start, length])).toEqual(runs)
  })
})

test('a raw image gives its ranges itself, as long as it is what it was', async () => {
  const source = join(dir, 'itself.raw')
  await writeFile(source, raw)
  const { ranges } = (await frameImage({ source, cacheDir: join(dir, 'cache') })).manifest
  await using image = await openRaw(source)
  for (const range of ranges) {
    const bytes = await image.fetchRange(range, undefined, Buffer.alloc(range.length))
    expect(bytes.equals(raw.subarray(range.start, range.start + range.length))).toBe(true)
  }
  for (const changed of [Buffer.alloc(raw.length, 1), raw.subarray(0, 100)]) {
    await writeFile(source, changed)
    const last = ranges.at(-1)!
    const fetched = image.fetchRange(last, undefined, Buffer.alloc(last.length))
    await expect(fetched).rejects.toThrow(/E_IMAGE_RANGE/)
  }
})

test('a frame is checked: length, hash, and that it expands to no more than its range', async () => {
  const content = Buffer.alloc(MIB, 7)
  const range = { start: 0, length: MIB, sha256: hash('sha256', content), frame: { offset: 0, length: 1 } }
  expect((await readFrame(zstdCompressSync(content), range)).equals(content)).toBe(true)
  const bad = [Buffer.alloc(MIB, 8), Buffer.alloc(MIB - 1, 7), Buffer.alloc(64 * MIB, 7)].map((b) =>
    zstdCompressSync(b),
  )
  for (const frame of [...bad, Buffer.alloc(0), Buffer.from('no zstd')])
    await expect(readFrame(frame, range)).rejects.toThrow(/E_IMAGE_RANGE/)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (frame) => {
      await expect(readFrame(frame, range)).rejects.toThrow(/E_IMAGE_RANGE/)
    }),
    { numRuns: 100 },
  )
})
