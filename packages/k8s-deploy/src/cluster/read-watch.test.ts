import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WatchEvent } from './cluster.ts'
import { readWatch } from './read-watch.ts'

async function read(chunks: readonly string[]): Promise<WatchEvent[]> {
  async function* stream() {
    yield* chunks
  }
  const events: WatchEvent[] = []
  for await (const event of readWatch(stream())) events.push(event)
  return events
}

test('events come out the same however the stream is cut', async () => {
  const events = fc.array(fc.record({ type: fc.constantFrom('ADDED', 'BOOKMARK'), object: fc.jsonValue() }))
  await fc.assert(
    fc.asyncProperty(events, fc.array(fc.nat(200)), async (all, cuts) => {
      const text = all.map((event) => `${JSON.stringify(event)}\n`).join('')
      const points = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length]
      const chunks = points.slice(1).map((end, index) => text.slice(points[index], end))
      expect(JSON.stringify(await read(chunks))).toBe(JSON.stringify(all))
    }),
  )
})

test('a line that is cut off at the end is dropped', async () => {
  expect(await read(['{"type":"ADDED","object":1}\n{"type":"MOD'])).toEqual([{ type: 'ADDED', object: 1 }])
})
