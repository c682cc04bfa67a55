import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { rackSpec } from '../../test/fixtures/rack-spec.ts'
import { createFaultSet } from '../faults/fault-set.ts'
import { impairment, isImpaired } from './impairment.ts'

const arrivals = async (faults: string[], sent: number) => {
  const pass = impairment(createFaultSet(faults, rackSpec(2).boards), 'pi-1')
  const arrived: number[] = []
  for (let index = 0; index < sent; index++) pass(() => arrived.push(index))
  await sleep(100)
  return arrived
}

test.each<[string[], number[]]>([
  [[], [0, 1, 2, 3, 4, 5, 6]],
  [['packet-loss:pi-2'], [0, 1, 2, 3, 4, 5, 6]],
  [['packet-loss:pi-1'], [1, 2, 3, 4, 5, 6]],
  [['packet-reorder'], [1, 2, 3, 4, 6, 0, 5]],
  [['packet-duplicate'], [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6]],
])('%j: seven datagrams arrive as %j', async (faults, expected) => {
  expect(await arrivals(faults, 7)).toEqual(expected)
})

test('loss goes on, and only the board that was named has a bad cable', async () => {
  expect(await arrivals(['packet-loss:pi-1'], 100)).toHaveLength(96)
  const faults = createFaultSet(['packet-reorder:pi-2'], rackSpec(2).boards)
  expect(['pi-1', 'pi-2'].map((board) => isImpaired(faults, board))).toEqual([false, true])
})
