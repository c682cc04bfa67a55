import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  checkSnapshot,
  type EtcdRestoreTools,
  type EtcdRestoreWish,
  formatProcedurePlan,
  observeEtcdRestore,
  planEtcdRestore,
  restoreEtcd,
  snapshotEtcd,
} from '../src/index.ts'
import { snapshotHash } from '../src/procedures/snapshot/snapshot-hash.ts'
import { type FakeCluster, fakeCluster } from './support/fake-cluster.ts'
import { collect, run } from './support/run.ts'

let folder: string
let cluster: FakeCluster | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homerack-snapshot-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
  await cluster?.close()
  cluster = undefined
})

const database = randomBytes(4096)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
/** As etcd makes it: the database, then its hash. */
const whole = Buffer.concat([database, sha256(database)])

const source = (...pieces: Uint8Array[]) => ({
  address: '192.168.10.51',
  etcdSnapshot: async function* () {
    yield* pieces
  },
})

test('a snapshot gets a checksum beside it, and is for its owner only', async () => {
  const path = join(folder, 'etcd.snapshot')
  const client = source(whole.subarray(0, 4100), whole.subarray(4100, 4101), whole.subarray(4101))
  const hex = sha256(whole).toString('hex')
  expect((await collect(snapshotEtcd({ client, path }))).at(-1)).toEqual({
    type: 'done',
    bytes: 4128,
    sha256: hex,
  })
  expect(await readFile(path)).toEqual(whole)
  expect(await readFile(`${path}.sha256`, 'utf8')).toBe(`${hex}  etcd.snapshot\n`)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await checkSnapshot(path)).toEqual({ bytes: 4128, sha256: hex, hash: 'right' })
})

test.for([
  ['cut short', whole.subarray(0, 4000)],
  ['without its hash', database],
  ['damaged', Buffer.concat([randomBytes(4096), sha256(database)])],
  ['empty', new Uint8Array()],
] as const)('a snapshot that arrives %s is not kept', async ([, bytes]) => {
  const path = join(folder, 'etcd.snapshot')
  await expect(collect(snapshotEtcd({ client: source(bytes), path }))).rejects.toThrow('E_SNAPSHOT_DAMAGED')
  expect(await readdir(folder)).toEqual([])
})

test('the hash is the same however the snapshot is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4128), { maxLength: 8 }), (cuts) => {
      const hash = snapshotHash()
      const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length]
      for (const [index, start] of at.entries()) hash.update(whole.subarray(start, at[index + 1]))
      expect(hash.finish().hash).toBe('right')
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      const hash = snapshotHash()
      hash.update(bytes)
      expect(hash.finish().hash).not.toBe('right')
    }),
  )
})

async function restoring(content: Uint8Array) {
  cluster = await fakeCluster(3)
  const path = join(folder, 'etcd.snapshot')
  await writeFile(path, content)
  const tools: EtcdRestoreTools = { nodes: cluster.nodes, path, pauseMs: 1, rebootMs: 20_000 }
  const restore = async (wish: EtcdRestoreWish = {}) => {
    const plan = planEtcdRestore(await observeEtcdRestore(tools), wish)
    return { plan, ...(await run(restoreEtcd(plan, tools))) }
  }
  return { cluster, restore }
}

test('all are wiped, then one recovers and the others join it', async () => {
  const { cluster, restore } = await restoring(whole)
  cluster.node('pi-2').etcd = 'Preparing'
  const { plan, error } = await restore({ erase: ['pi-1', 'pi-3'] })
  expect(error).toBeUndefined()
  expect(formatProcedurePlan(plan).replace(/sha256 \w+/, 'sha256 …')).toMatchInlineSnapshot(`
    "pi-1  wipe     erases EPHEMERAL and reboots
    pi-3  wipe     erases EPHEMERAL and reboots
    pi-1  empty    its etcd waits to be told what to do
    pi-2  empty    its etcd waits to be told what to do
    pi-3  empty    its etcd waits to be told what to do
    pi-1  upload   snapshot of 4128 bytes, sha256 …
    pi-1  recover  etcd starts from the snapshot
    pi-1  members  is a voter of the recovered etcd
    pi-2  members  is a voter of the recovered etcd
    pi-3  members  is a voter of the recovered etcd"
  `)
  const wiped = [{ graceful: false, reboot: true, partitions: ['EPHEMERAL'] }]
  expect(cluster.states.map(({ resets }) => resets)).toEqual([wiped, [], wiped])
  expect(cluster.states.map(({ recovered }) => recovered)).toEqual([whole.length, 0, 0])
  const once = [{ recoverEtcd: true, recoverSkipHashCheck: false }]
  expect(cluster.states.map(({ bootstraps }) => bootstraps)).toEqual([once, [], []])
})

test('a copy of the database goes without its hash, if that is said', async () => {
  const { cluster, restore } = await restoring(database)
  for (const state of cluster.states) state.etcd = 'Preparing'
  expect((await restore()).codes).toEqual(['E_SNAPSHOT_NO_HASH'])
  expect((await restore({ rawCopy: true })).error).toBeUndefined()
  expect(cluster.node('pi-1').bootstraps).toEqual([{ recoverEtcd: true, recoverSkipHashCheck: true }])
})

test.for<[string, Uint8Array, EtcdRestoreWish, boolean, string[]]>([
  [
    'nodes that nobody said may be erased',
    whole,
    { erase: ['pi-1'] },
    false,
    ['E_RESTORE_CONSENT', 'E_RESTORE_CONSENT'],
  ],
  ['a node that is off', whole, { erase: ['pi-1', 'pi-2', 'pi-3'] }, true, ['E_NODE_UNSEEN']],
  [
    'a damaged snapshot',
    whole.subarray(1),
    { erase: ['pi-1', 'pi-2', 'pi-3'] },
    false,
    ['E_SNAPSHOT_DAMAGED'],
  ],
])('refused: %s', async ([, content, wish, off, codes]) => {
  const { cluster, restore } = await restoring(content)
  cluster.node('pi-3').off = off
  expect((await restore(wish)).codes).toEqual(codes)
  expect(cluster.states.flatMap(({ resets }) => resets)).toEqual([])
})

test('a snapshot file that is not there', async () => {
  await expect(checkSnapshot(join(folder, 'none'))).rejects.toThrow('E_SNAPSHOT_FILE')
})
