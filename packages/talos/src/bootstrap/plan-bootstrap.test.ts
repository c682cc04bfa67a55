import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EtcdObservation, planBootstrap } from './plan-bootstrap.ts'

const member = (id: string) => ({ id, hostname: id, peerUrls: [], clientUrls: [], isLearner: false })
const empty = (node: string): EtcdObservation => ({ node, etcd: 'empty' })
const unknown = (node: string): EtcdObservation => ({ node, etcd: 'unknown', because: 'no answer' })
const members = (node: string, ...ids: string[]): EtcdObservation => ({
  node,
  etcd: 'members',
  members: ids.map(member),
})

test.for<[string, EtcdObservation[], object]>([
  ['all empty', [empty('a'), empty('b')], { action: 'bootstrap', node: 'a' }],
  ['one cannot tell', [empty('a'), unknown('b')], { action: 'wait', because: ['b: no answer'] }],
  ['nobody', [], { action: 'wait' }],
  [
    'one has members',
    [empty('a'), members('b', '1'), unknown('c')],
    { action: 'none', members: [member('1')] },
  ],
  ['two of one cluster', [members('a', '1', '2'), members('b', '2', '1')], { action: 'none' }],
  [
    'two clusters',
    [members('a', '1'), members('b', '2')],
    { action: 'refuse', fault: { code: 'E_ETCD_SPLIT', subject: 'b' } },
  ],
])('%s', ([, observed, plan]) => {
  expect(planBootstrap(observed)).toMatchObject(plan)
})

test('never bootstraps while anybody is not surely empty', () => {
  const observation = fc.constantFrom(empty('a'), unknown('b'), members('c', '1'), members('d', '2'))
  fc.assert(
    fc.property(fc.array(observation), (observed) => {
      if (planBootstrap(observed).action === 'bootstrap')
        expect(observed.every(({ etcd }) => etcd === 'empty')).toBe(true)
    }),
  )
})
