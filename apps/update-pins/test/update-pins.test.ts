import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FaultError } from '@homerack/errors'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openRegistry } from '../src/registry.ts'
import { updatePins } from '../src/update-pins.ts'

/** A registry that wants the token that it gives to everyone, as public registries do. */
const answers = new Map<string, Buffer>()
let server: Server
let host: string
let folder: string
let file: string

const sha256 = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
const json = (value: unknown) => Buffer.from(JSON.stringify(value))

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = request.url ?? ''
    if (url.startsWith('/token?')) {
      response.end(JSON.stringify({ token: new URL(url, 'http://x').searchParams.get('scope') }))
    } else if (request.headers.authorization !== 'Bearer repository:talos/imager:pull') {
      const challenge = `Bearer realm="http://${host}/token",service="here",scope="repository:talos/imager:pull"`
      response.writeHead(401, { 'www-authenticate': challenge }).end()
    } else {
      const found = answers.get(url)
      response.writeHead(found ? 200 : 404).end(found)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterAll(() => server.close())
beforeEach(async () => {
  answers.clear()
  folder = await mkdtemp(join(tmpdir(), 'homerack-pins-'))
  file = join(folder, 'pins.json')
})
afterEach(() => rm(folder, { recursive: true }))

const mediaType = 'application/vnd.oci.image.manifest.v1+json'
const blob = (name: string) => ({
  mediaType: 'application/octet-stream',
  digest: sha256(Buffer.from(name)),
  size: name.length,
})
const manifest = json({ mediaType, config: blob('config'), layers: [blob('one'), blob('two')] })

/** An image for both architectures, of which only arm64 is asked for below. */
function serveImage(bytes = manifest): void {
  const index = json({
    manifests: [
      { ...blob('other'), platform: { os: 'linux', architecture: 'amd64' } },
      {
        mediaType,
        digest: sha256(manifest),
        size: bytes.length,
        platform: { os: 'linux', architecture: 'arm64' },
      },
    ],
  })
  answers.set('/v2/talos/imager/manifests/v1', index)
  answers.set(`/v2/talos/imager/manifests/${sha256(manifest)}`, bytes)
}

async function update(pins: object, only: string[] = []) {
  const seen: [string, boolean][] = []
  await writeFile(file, JSON.stringify(pins))
  const options = {
    file,
    only,
    all: false,
    onPin: (name: string, changed: boolean) => void seen.push([name, changed]),
  }
  const faults = await updatePins({ ...options, registries: (name) => openRegistry({ host: name }) }).then(
    () => [],
    (error: unknown) => {
      if (error instanceof FaultError) return error.faults
      throw error
    },
  )
  return { seen, faults, pins: JSON.parse(await readFile(file, 'utf8')) }
}

const imager = (platform = 'linux/arm64') => ({
  image: `${host}/talos/imager`,
  tag: 'v1',
  platforms: { [platform]: null },
})

test('an image is pinned by its manifest and every blob that it names; other parts of the file stay', async () => {
  serveImage()
  const { pins, seen, faults } = await update({
    talosctl: { version: '1' },
    images: { imager: imager() },
    files: {},
  })
  expect(faults).toEqual([])
  expect(seen).toEqual([['imager', true]])
  expect(pins.talosctl).toEqual({ version: '1' })
  expect(pins.images.imager.platforms['linux/arm64']).toEqual({
    digest: sha256(manifest),
    size: manifest.length,
    mediaType,
    config: blob('config').digest,
    layers: [blob('one').digest, blob('two').digest],
  })
})

test('what is known is not looked up again', async () => {
  serveImage()
  const { pins } = await update({ images: { imager: imager() }, files: {} })
  answers.clear()
  expect((await update(pins)).seen).toEqual([])
})

test('what can be had is written even if something else cannot', async () => {
  serveImage()
  const gone = { ...imager(), tag: 'v2' }
  const { pins, faults } = await update({ images: { gone, imager: imager() }, files: {} })
  expect(faults).toEqual([
    { code: 'E_REGISTRY', subject: `${host}/talos/imager/manifests/v2`, cause: 'the registry answered 404' },
  ])
  expect(pins.images.gone).toEqual(gone)
  expect(pins.images.imager.platforms['linux/arm64']).not.toBeNull()
})

test.each([
  [
    'bytes with another digest',
    () => serveImage(json({ mediaType, config: blob('evil'), layers: [] })),
    'E_DIGEST',
    /the bytes that came have sha256:/,
  ],
  [
    'what is no JSON',
    () => answers.set('/v2/talos/imager/manifests/v1', Buffer.from('<html>')),
    'E_REGISTRY',
    /is not an image manifest/,
  ],
  [
    'no image for the platform',
    () => answers.set('/v2/talos/imager/manifests/v1', json({ manifests: [] })),
    'E_PIN',
    /it is not made for linux\/arm64/,
  ],
])('%s: refused, and nothing is pinned', async (_, serve, code, cause) => {
  serve()
  const { pins, faults } = await update({ images: { imager: imager() }, files: {} })
  expect(faults).toEqual([expect.objectContaining({ code, cause: expect.stringMatching(cause) })])
  expect(pins.images.imager.platforms['linux/arm64']).toBeNull()
})

test('a registry that cannot be reached is named', async () => {
  const nowhere = { ...imager(), image: '127.0.0.1:1/talos/imager' }
  const { faults } = await update({ images: { nowhere }, files: {} })
  expect(faults).toEqual([expect.objectContaining({ code: 'E_REGISTRY', subject: '127.0.0.1:1' })])
})

test('a file is pinned by its hash', async () => {
  const served = createServer((_, response) => response.end('an image'))
  await new Promise<void>((resolve) => served.listen(0, '127.0.0.1', resolve))
  const address = served.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/talos.raw.xz`
  const { pins } = await update({ images: {}, files: { image: { url, hash: null } } })
  served.close()
  expect(pins.files.image.hash).toBe(`sha256-${createHash('sha256').update('an image').digest('base64')}`)
})

test.each([
  ['a pin that is not there', { images: {}, files: {} }, ['imager'], 'E_PIN'],
  [
    'a digest that is none',
    {
      images: { x: { image: 'a/b', tag: 'v1', platforms: { 'linux/arm64': { digest: 'sha256:1' } } } },
      files: {},
    },
    [],
    'E_PINS_FILE',
  ],
])('%s is refused', async (_, pins, only, code) => {
  const { faults } = await update(pins, only)
  expect(faults.map((fault) => fault.code)).toContain(code)
})
