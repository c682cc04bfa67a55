import { expect, test } from 'vitest'
import { createSharedFlush } from './shared-flush.ts'

/** A flush whose runs are ended by hand. */
function slowFlush() {
  const runs: PromiseWithResolvers<void>[] = []
  const flush = createSharedFlush(() => {
    const run = Promise.withResolvers<void>()
    runs.push(run)
    return run.promise
  })
  const turn = () => new Promise(setImmediate)
  return { runs, flush, turn }
}

test('who comes while one runs waits for the next, together', async () => {
  const { runs, flush, turn } = slowFlush()
  const over: string[] = []
  const ask = (name: string) => flush().then(() => over.push(name))
  const first = ask('first')
  await turn()
  const others = [ask('second'), ask('third')]
  await turn()
  expect(runs.length).toBe(1)
  runs[0]!.resolve()
  await first
  await turn()
  expect([over, runs.length]).toEqual([['first'], 2])
  runs[1]!.resolve()
  await Promise.all(others)
  await turn()
  expect([over, runs.length]).toEqual([['first', 'second', 'third'], 2])
})

test('one that fails is the failure of those who waited for it, and of no others', async () => {
  const { runs, flush, turn } = slowFlush()
  const failing = expect(flush()).rejects.toThrow('no medium')
  await turn()
  const next = flush()
  runs[0]!.reject(new Error('no medium'))
  await failing
  await turn()
  runs[1]!.resolve()
  await next
})
