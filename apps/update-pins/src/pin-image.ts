import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { FaultError } from '@homerack/errors'
import { fileInTar } from './file-in-tar.ts'
import type { ImagePin, PinnedManifest } from './pins.ts'
import type { Registry } from './registry.ts'

/** Where to get a registry by its host. */
export type Registries = (host: string) => Registry

/** The pin with its tag and the digests of every platform that it names. @throws FaultError E_REGISTRY, E_DIGEST, E_PIN */
export async function pinImage(pin: ImagePin, registries: Registries): Promise<ImagePin> {
  const { host, repository } = splitImage(pin.image)
  const registry = registries(host)
  const tag = pin.listedIn === undefined ? pin.tag : await listedTag(pin.listedIn, pin.image, registries)
  if (tag === null) throw fault(pin.image, 'it has neither a tag nor an image that lists it')
  const top = await registry.manifest(repository, tag)
  const entries = await Promise.all(
    Object.keys(pin.platforms).map(async (platform) => {
      const digest = manifestFor(platform, top, `${pin.image}:${tag}`)
      return [platform, await pinManifest(registry, repository, digest)] as const
    }),
  )
  return { ...pin, tag, platforms: Object.fromEntries(entries) }
}

type Top = Awaited<ReturnType<Registry['manifest']>>

/** The digest of a platform's manifest. An image without an index is made for one platform, which is taken. */
function manifestFor(platform: string, { digest, body }: Top, subject: string): string {
  if (!body.manifests) return digest
  const [os, architecture] = platform.split('/')
  const found = body.manifests.find(
    (entry) => entry.platform?.os === os && entry.platform?.architecture === architecture,
  )
  if (!found) throw fault(subject, `it is not made for ${platform}`)
  return found.digest
}

async function pinManifest(
  registry: Registry,
  repository: string,
  reference: string,
): Promise<PinnedManifest> {
  const { digest, size, body } = await registry.manifest(repository, reference)
  if (!body.config || !body.layers || !body.mediaType)
    throw fault(repository, `${digest} is not a manifest of an image`)
  return {
    digest,
    size,
    mediaType: body.mediaType,
    config: body.config.digest,
    layers: body.layers.map((layer) => layer.digest),
  }
}

/**
 * Talos publishes, for each of its versions, an image with a file `image-digests`: one line per official extension,
 * `registry/repository:tag@digest`.
 */
async function listedTag(listedIn: string, image: string, registries: Registries): Promise<string> {
  const colon = listedIn.lastIndexOf(':')
  const { host, repository } = splitImage(listedIn.slice(0, colon))
  const registry = registries(host)
  const { body } = await registry.manifest(repository, listedIn.slice(colon + 1))
  const first = body.manifests?.[0]
  const { layers = [] } = first ? (await registry.manifest(repository, first.digest)).body : body
  for (const { digest } of layers) {
    const list = fileInTar(unpack(await registry.blob(repository, digest)), 'image-digests')?.toString('utf8')
    const line = list?.split('\n').find((candidate) => candidate.startsWith(`${image}:`))
    const tag = line?.slice(image.length + 1).split('@')[0]
    if (tag) return tag
  }
  throw fault(listedIn, `it does not list ${image}`)
}

/** Layers are packed with gzip or zstd, or not at all. */
function unpack(layer: Buffer): Buffer {
  if (layer.readUInt16BE(0) === 0x1f8b) return gunzipSync(layer)
  if (layer.readUInt32LE(0) === 0xfd2fb528) return zstdDecompressSync(layer)
  return layer
}

function splitImage(image: string): { host: string; repository: string } {
  const slash = image.indexOf('/')
  return { host: image.slice(0, slash), repository: image.slice(slash + 1) }
}

function fault(subject: string, cause: string): FaultError {
  return new FaultError({ code: 'E_PIN', subject, cause })
}
