import { expect, test } from 'vitest'
import type { AgentEvent } from '../protocol/index.ts'
import { createReporter } from './reporter.ts'

const image = 'a'.repeat(64)
const progress = (done: number) =>
  ({ type: 'progress', assignment: 'a-1', image, phase: 'write', done, total: 9 }) as const
const failed = {
  type: 'failed',
  assignment: 'a-1',
  fault: { code: 'E_DISK_IO', subject: 's', cause: 'c' },
} as const

test('progress that was overtaken is not sent; the end comes last', async () => {
  const sent: AgentEvent[] = []
  const reporter = createReporter(async (events) => sent.push(...events) > 0, { pause: 1 })
  for (let done = 1; done <= 9; done++) reporter.progress(progress(done))
  expect(await reporter.finish(failed)).toBe(true)
  expect(sent).toEqual([progress(1), failed])
})

test('the end is offered again until somebody takes it', async () => {
  let attempts = 0
  const reporter = createReporter(async () => ++attempts === 3, { pause: 1 })
  expect(await reporter.finish(failed)).toBe(true)
  expect(attempts).toBe(3)
})

test('nobody there: it is given up', async () => {
  const reporter = createReporter(async () => false, { pause: 1, grace: 5 })
  reporter.progress(progress(1))
  expect(await reporter.finish(failed)).toBe(false)
})
