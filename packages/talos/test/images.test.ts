import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { deliverImages, type ImageEvent, observeImages, planImageDelivery } from '../src/index.ts'
import { fanOut } from '../src/procedures/images/fan-out.ts'
import { fullImageName } from '../src/procedures/images/full-image-name.ts'
import { type FakeCluster, fakeCluster } from './support/fake-cluster.ts'
import { collect } from './support/run.ts'

const mib = 1024 * 1024
const size = 24 * mib
let cluster: FakeCluster
let folder: string
let path: string
beforeEach(async () => {
  cluster = await fakeCluster(1, 2)
  folder = await mkdtemp(join(tmpdir(), 'homerack-images-'))
  path = join(folder, 'retail.tar')
  await writeFile(path, new Uint8Array(size))
})
afterEach(async () => {
  await cluster.close()
  await rm(folder, { recursive: true })
})

const image = () => ({ name: 'retail:1', digest: 'sha256:new', path })
const plan = async (digest = 'sha256:new') =>
  planImageDelivery(await observeImages({ nodes: cluster.nodes }), [{ ...image(), digest }])
const imported = () => cluster.states.map(({ imported }) => imported)

test('only what is missing is sent, to all at once; twice is nothing', async () => {
  cluster.node('pi-1').images.push({ name: 'docker.io/library/retail:1', digest: 'sha256:new' })
  cluster.node('pi-2').images.push({ name: 'docker.io/library/retail:1', digest: 'sha256:old' })
  const steps = (await plan()).steps.map(({ node, reason }) => `${node} ${reason}`)
  expect(steps).toEqual(['pi-2 retail:1: old → new', 'pi-3 retail:1 is missing'])
  const events: ImageEvent[] = []
  await deliverImages(await plan(), { nodes: cluster.nodes, onEvent: (event) => events.push(event) })
  expect(imported()).toEqual([0, size, size])
  const progress = events.flatMap((event) => (event.type === 'progress' ? [event.done] : []))
  expect(progress).toHaveLength(size / mib)
  expect(progress.at(-1)).toBe(size)
  expect(events.flatMap((event) => (event.type === 'imported' ? [event.node] : [])).sort()).toEqual([
    'pi-2',
    'pi-3',
  ])
  expect((await plan()).steps).toEqual([])
})

test('a node that is off and one that takes nothing do not hold up the others', async () => {
  const wanted = await plan()
  cluster.node('pi-1').off = true
  cluster.node('pi-2').stuck = true
  const failure = deliverImages(wanted, { nodes: cluster.nodes, stallMs: 3000 })
  await expect(failure).rejects.toThrow(/pi-1 is off[\s\S]*pi-2 {2}E_IMAGE_STALLED/)
  expect(cluster.node('pi-3').imported).toBe(size)
})

test('a tarball that holds another image, and a file that is not there', async () => {
  const other = deliverImages(await plan('sha256:other'), { nodes: cluster.nodes })
  await expect(other).rejects.toThrow(/E_IMAGE_DIGEST {2}retail:1 has digest sha256:new/)
  await rm(path)
  await expect(deliverImages(await plan('sha256:third'), { nodes: cluster.nodes })).rejects.toThrow(
    /retail:1 {2}E_IMAGE_FILE/,
  )
})

test('a tarball that holds the image under another name', async () => {
  const steps = planImageDelivery(await observeImages({ nodes: cluster.nodes }), [
    { ...image(), name: 'retail' },
  ])
  await expect(deliverImages(steps, { nodes: cluster.nodes })).rejects.toThrow(/retail is not listed/)
})

test.each([
  ['retail', 'docker.io/library/retail:latest'],
  ['me/retail:1', 'docker.io/me/retail:1'],
  ['index.docker.io/me/retail:1', 'docker.io/me/retail:1'],
  ['localhost/a:2', 'localhost/a:2'],
  ['registry:5000/a', 'registry:5000/a:latest'],
  ['ghcr.io/me/x:1@sha256:ab', 'ghcr.io/me/x@sha256:ab'],
])('a node lists %s as %s', (name, full) => {
  expect(fullImageName(name)).toBe(full)
})

test('an abort ends it with its reason', async () => {
  cluster.node('pi-1').stuck = true
  const stop = new AbortController()
  const onEvent = () => stop.abort(new Error('enough'))
  await expect(
    deliverImages(await plan(), { nodes: cluster.nodes, onEvent, signal: stop.signal }),
  ).rejects.toThrow('enough')
})

/** Counts how far the source was read. */
function counted(pieces: number) {
  const seen = { read: 0, closed: false }
  async function* source() {
    try {
      while (seen.read < pieces) yield Uint8Array.of(seen.read++)
    } finally {
      seen.closed = true
    }
  }
  return { seen, source: source() }
}
const patient = { stallMs: 10_000, onStall: () => {} }
const bytes = async (pieces: AsyncIterable<Uint8Array>) => Buffer.concat(await collect(pieces))

test('every reader gets every piece from one reading, however fast it is', async () => {
  const { seen, source } = counted(100)
  const [a, b, c] = fanOut(source, 3, patient)
  const slowly = async function* () {
    for await (const piece of c!.pieces) {
      await new Promise((tick) => setImmediate(tick))
      yield piece
    }
  }
  const all = Buffer.from(Array.from({ length: 100 }, (_, index) => index))
  expect(await Promise.all([bytes(a!.pieces), bytes(b!.pieces), bytes(slowly())])).toEqual([all, all, all])
  expect(seen).toEqual({ read: 100, closed: true })
})

test('the fastest is never more than eight pieces ahead, until the slowest leaves', async () => {
  const { seen, source } = counted(100)
  const [fast, idle] = fanOut(source, 2, patient)
  let got = 0
  const done = (async () => {
    for await (const _ of fast!.pieces) got++
  })()
  for (let turn = 0; turn < 1000; turn++) await Promise.resolve()
  expect([got, seen.read]).toEqual([8, 8])
  idle!.leave()
  await done
  expect(got).toBe(100)
})

test('a source that fails fails for all; one that nobody reads any more is closed', async () => {
  async function* broken() {
    yield Uint8Array.of(1)
    throw new Error('disk')
  }
  const readers = fanOut(broken(), 2, patient)
  const outcomes = await Promise.allSettled(readers.map(({ pieces }) => bytes(pieces)))
  expect(outcomes.map((each) => each.status === 'rejected' && each.reason.message)).toEqual(['disk', 'disk'])
  const { seen, source } = counted(5)
  const [only] = fanOut(source, 1, patient)
  await only!.pieces.next()
  only!.leave()
  await new Promise((tick) => setImmediate(tick))
  expect(seen.closed).toBe(true)
})
