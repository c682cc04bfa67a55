import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type EtcdCluster, etcdCluster, newEtcdRecord } from './etcd-cluster.ts'
import { loadEtcdClusters } from './etcd-clusters.ts'

const now = new Date(0)

function grown(size: number): { cluster: EtcdCluster; ids: string[] } {
  const cluster = etcdCluster(newEtcdRecord('d', { name: 'n1', address: 'a1' }, now), () => {})
  const ids = [cluster.members()[0]!.id]
  cluster.setRunning(ids[0]!, true)
  for (let n = 2; n <= size; n++) {
    const { id } = cluster.join({ name: `n${n}`, address: `a${n}` })
    cluster.setRunning(id, true)
    cluster.promote(id)
    ids.push(id)
  }
  return { cluster, ids }
}

test.each([
  [1, 0, true],
  [1, 1, false],
  [2, 1, false],
  [3, 1, true],
  [3, 2, false],
  [4, 2, false],
  [5, 2, true],
])('of %i voters %i are down: quorum %s', (size, down, quorum) => {
  const { cluster, ids } = grown(size)
  for (const id of ids.slice(0, down)) cluster.setRunning(id, false)
  expect(cluster.hasQuorum()).toBe(quorum)
  expect(cluster.leader() !== undefined).toBe(quorum)
})

test('a learner has no vote, and there is one at a time', () => {
  const { cluster } = grown(2)
  const learner = cluster.join({ name: 'n3', address: 'a3' })
  expect(learner.learner).toBe(true)
  cluster.setRunning(learner.id, true)
  expect(() => cluster.join({ name: 'n4', address: 'a4' })).toThrow('too many learner')
  cluster.setRunning(cluster.members()[0]!.id, false)
  expect(cluster.hasQuorum()).toBe(false)
  expect(() => cluster.remove(learner.id)).toThrow('request timed out')
})

test('an address that ran before must be removed before it joins again; one that never ran is taken up', () => {
  const { cluster, ids } = grown(3)
  cluster.setRunning(ids[2]!, false)
  expect(() => cluster.join({ name: 'n3', address: 'a3' })).toThrow('already exists')
  cluster.remove(ids[2]!)
  const again = cluster.join({ name: 'n3', address: 'a3' })
  expect(cluster.join({ name: 'n3', address: 'a3' }).id).toBe(again.id)
  expect(() => cluster.remove('0000000000000000')).toThrow('member not found')
})

test('the lead moves to another running voter, in a new term', () => {
  const { cluster, ids } = grown(3)
  const term = cluster.term()
  expect(cluster.leader()!.id).toBe(ids[0])
  expect(cluster.moveLeader()!.id).not.toBe(ids[0])
  expect(cluster.term()).toBe(term + 1)
  for (const id of ids.slice(1)) cluster.setRunning(id, false)
  expect(cluster.moveLeader()).toBeUndefined()
})

test('clusters are there again after a restart, oldest first, and none has quorum yet', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'etcd-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const before = await loadEtcdClusters(dir)
  const records = [2, 1, 3].map((day) =>
    newEtcdRecord('d', { name: 'n', address: 'a' }, new Date(day * 86_400_000)),
  )
  for (const record of records) before.add(record)
  await before.flush()
  const after = await loadEtcdClusters(dir)
  expect(after.list().map(({ id }) => id)).toEqual([records[1]!.id, records[0]!.id, records[2]!.id])
  expect(after.find('d')).toBeUndefined()
  after.list()[1]!.setRunning(records[0]!.members[0]!.id, true)
  expect(after.find('d')!.id).toBe(records[0]!.id)
  expect(after.find('other')).toBeUndefined()
  await after.flush()
})
