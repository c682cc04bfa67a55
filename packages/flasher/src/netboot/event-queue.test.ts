import { expect, test } from 'vitest'
import { createEventQueue } from './event-queue.ts'

const read = async <T>(events: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const event of events) all.push(event)
  return all
}

test('events pushed before, between and after reading arrive in order, then it ends', async () => {
  const queue = createEventQueue<number>(() => false)
  queue.push(1)
  const reading = read(queue.events)
  await Promise.resolve()
  queue.push(2)
  await new Promise(setImmediate)
  queue.push(3)
  queue.close()
  queue.push(4)
  expect(await reading).toEqual([1, 2, 3])
})

test('what nobody reads is bounded, and what may be dropped goes first', async () => {
  const queue = createEventQueue<string>((event) => event === 'progress', 3)
  for (const event of ['a', 'progress', 'b', 'c', 'd']) queue.push(event)
  queue.close()
  expect(await read(queue.events)).toEqual(['b', 'c', 'd'])
})
