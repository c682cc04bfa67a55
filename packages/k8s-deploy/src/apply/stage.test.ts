import { expect, test } from 'vitest'
import { formatCycle, stagesOf } from './stage.ts'

const ref = (kind: string, name: string) => ({ apiVersion: kind === 'Job' ? 'batch/v1' : 'v1', kind, name })
const [secret, service, job] = [ref('Secret', 'a'), ref('Service', 'b'), ref('Job', 'c')]

test('an object comes in the wave of its kind, or behind what it comes after', () => {
  const { stageOf, cycles } = stagesOf([
    { ref: secret, after: [job] },
    { ref: service, after: [secret, job] },
    { ref: job },
  ])
  expect([secret, service, job].map((one) => stageOf(one).join('.'))).toEqual(['3.1', '3.2', '3.0'])
  expect(cycles).toEqual([])
})

test('what an object comes after in an earlier wave does not hold it back', () => {
  const { stageOf } = stagesOf([{ ref: job, after: [secret] }, { ref: secret }])
  expect([stageOf(job), stageOf(secret)]).toEqual([
    [3, 0],
    [2, 0],
  ])
})

test('objects that wait for each other are found', () => {
  const { cycles } = stagesOf([
    { ref: secret, after: [service] },
    { ref: service, after: [secret] },
    { ref: job },
  ])
  expect(cycles.map(formatCycle)).toEqual(['Secret a → Service b → Secret a'])
})
