import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createTalosClient,
  type DeliveredImage,
  deliverImages,
  type ImageEvent,
  observeImages,
  planImageDelivery,
} from '@homerack/talos'
import { dockerArchive, ociArchive } from '@homerack/testbed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveThrough } from '../src/index.ts'
import { rackSpec } from './fixtures/rack-spec.ts'
import { type RunningRack, startRunningRack } from './fixtures/running-rack.ts'
import { until } from './fixtures/until.ts'

const mebibyte = 1024 * 1024
const names = ['pi-1', 'pi-2', 'pi-3']
let rack: RunningRack
let folder: string
let nodes: { name: string; client: ReturnType<typeof createTalosClient> }[] = []
let images: [DeliveredImage, DeliveredImage]

beforeAll(async () => {
  rack = await startRunningRack(rackSpec(3))
  const resolve = resolveThrough(await rack.client.status())
  const { os, admin } = rack.secrets
  const credentials = { ca: os.crt, crt: admin.crt, key: { reveal: () => admin.key } }
  nodes = names.map((name, index) => {
    const address = `192.168.10.5${index + 1}`
    return { name, client: createTalosClient({ address, resolve, credentials }) }
  })
  for (const { name, client } of nodes) {
    await rack.configure({ name, address: client.address })
    await until(`${name} answers`, () => client.version())
  }
  folder = await mkdtemp(join(tmpdir(), 'homerack-delivery-'))
  const shop = ociArchive('ghcr.io/me/shop:1', randomBytes(12 * mebibyte))
  images = [
    { name: 'ghcr.io/me/shop:1', digest: shop.digest, path: join(folder, 'shop.tar') },
    // As containerd names and hashes it; see read-image-archive.test.ts.
    {
      name: 'retail:1',
      digest: 'sha256:fcc205a64fcaaf11e182f7cc97339ce18e2bb0b0163a823c7ac8b101242c560e',
      path: join(folder, 'retail.tar'),
    },
  ]
  await writeFile(images[0].path, shop.archive)
  await writeFile(images[1].path, dockerArchive('retail:1', 3000))
})

afterAll(async () => {
  for (const { client } of nodes) client.close()
  await rack?.stop()
  if (folder) await rm(folder, { recursive: true })
})

const plan = async () => planImageDelivery(await observeImages({ nodes }), images)
const stepsOf = async () => (await plan()).steps.map(({ node, image }) => `${node} ${image.name}`)

test('only what is missing is sent; what is cut off is sent again, and then nothing is missing', async () => {
  const [shop] = images
  const [, second] = nodes
  await deliverImages(planImageDelivery(await observeImages({ nodes: [second!] }), [shop]), { nodes })
  expect(await stepsOf()).toEqual([
    'pi-1 ghcr.io/me/shop:1',
    'pi-3 ghcr.io/me/shop:1',
    ...names.map((name) => `${name} retail:1`),
  ])

  await rack.client.faults({ add: ['image-import-cut:pi-3'] })
  const events: ImageEvent[] = []
  const onEvent = (event: ImageEvent) => events.push(event)
  const cut = deliverImages(await plan(), { nodes, onEvent })
  await expect(cut).rejects.toThrow(/192\.168\.10\.53 {2}E_TALOS_UNAVAILABLE/)
  const imported = events.flatMap((event) =>
    event.type === 'imported' ? [`${event.node} ${event.image}`] : [],
  )
  expect(imported.toSorted()).toEqual(['pi-1 ghcr.io/me/shop:1', ...names.map((name) => `${name} retail:1`)])

  expect(await stepsOf()).toEqual(['pi-3 ghcr.io/me/shop:1'])
  await deliverImages(await plan(), { nodes })
  expect(await stepsOf()).toEqual([])
  for (const { client } of nodes) {
    const listed = (await client.imageList('cri')).map(({ name, digest }) => ({ name, digest }))
    expect(listed).toEqual(
      expect.arrayContaining([
        { name: shop.name, digest: shop.digest },
        { name: 'docker.io/library/retail:1', digest: images[1].digest },
      ]),
    )
  }
})

test('a tarball with another content under the same name is told', async () => {
  const [shop] = images
  const wanted = planImageDelivery(await observeImages({ nodes }), [{ ...shop, digest: 'sha256:00' }])
  await expect(deliverImages(wanted, { nodes })).rejects.toThrow(/E_IMAGE_DIGEST/)
})
