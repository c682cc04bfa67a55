import { randomFillSync } from 'node:crypto'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BLOCK_BYTES, createBlockCache } from './block-cache.ts'

const content = randomFillSync(Buffer.alloc(4 * BLOCK_BYTES + 100))
const block = (index: number) => content.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES)
let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'homerack-blocks-'))
  await writeFile(join(dir, 'file'), content)
})
afterAll(() => rm(dir, { recursive: true }))

/** A cache of at most `most` blocks over a file that counts what is read, and fails while `broken`. */
async function openCache(most: number) {
  const handle = await open(join(dir, 'file'))
  const seen = { reads: [] as number[], broken: false }
  const read: typeof handle.read = (...args: unknown[]) => {
    seen.reads.push(Math.floor((args[3] as number) / BLOCK_BYTES))
    if (seen.broken) return Promise.reject(new Error('no medium'))
    return handle.read(...(args as Parameters<typeof handle.read>))
  }
  const take = createBlockCache({ read } as typeof handle, most)
  return { take, seen, [Symbol.asyncDispose]: () => handle.close() }
}

test('blocks are those of the file; behind its end there is nothing', async () => {
  await using cache = await openCache(10)
  for (const index of [3, 0, 4, 5]) expect((await cache.take(index)).bytes.equals(block(index))).toBe(true)
})

test('who asks for the same, at once or soon, shares one read', async () => {
  await using cache = await openCache(2)
  const taken = await Promise.all([cache.take(1), cache.take(1), cache.take(2)])
  for (const { release } of taken) release()
  await cache.take(1)
  expect(cache.seen.reads).toEqual([1, 2])
})

test('what was used longest ago makes room, but not while it is being sent', async () => {
  await using cache = await openCache(2)
  const kept = await cache.take(0)
  const { release } = await cache.take(1)
  release()
  release()
  await cache.take(2)
  await cache.take(3)
  expect(kept.bytes.equals(block(0))).toBe(true)
  await cache.take(0)
  await cache.take(1)
  expect(cache.seen.reads).toEqual([0, 1, 2, 3, 1])
})

test('a block that could not be read is tried again', async () => {
  await using cache = await openCache(2)
  cache.seen.broken = true
  await expect(cache.take(0)).rejects.toThrow('no medium')
  cache.seen.broken = false
  expect((await cache.take(0)).bytes.equals(block(0))).toBe(true)
})
