import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { z } from 'zod'
import { fullImageName } from '../procedures/images/full-image-name.ts'
import { readTar, type TarSink } from './read-tar.ts'

/** An image as containerd lists it: `digest` is that of its manifest or index, `size` the bytes that belong to it. */
export type ArchivedImage = { name: string; digest: string; size: number }

type Blob = { digest: string; size: number; packed: boolean; text: string | undefined }

/** What may be JSON is kept up to this size; layers pass through. */
const largestJson = 1024 * 1024

const descriptor = z.object({
  digest: z.string(),
  size: z.number(),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
})
const indexJson = z.object({ manifests: z.array(descriptor) })
const manifestJson = z.object({ config: descriptor, layers: z.array(descriptor) })
const dockerJson = z.array(
  z.object({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()),
  }),
)
type Descriptor = z.infer<typeof descriptor>

/**
 * Reads an image archive that arrives in pieces as containerd 2.3 imports it (`core/images/archive/importer.go`):
 * an OCI layout as it is; a docker archive by the manifest that containerd makes for it, with the names in full.
 * Only hashes, and files that may be JSON, are kept.
 *
 * @throws Error, from both functions, in containerd's words
 */
export function readImageArchive(): { push(piece: Uint8Array): void; finish(): ArchivedImage[] } {
  const blobs = new Map<string, Blob>()
  const links = new Map<string, string>()
  const tar = readTar(
    ({ name, size }) => hashing(size, (blob) => blobs.set(posix.normalize(name), blob)),
    (name, target) => links.set(name, posix.join(posix.dirname(name), target)),
  )
  return {
    push: tar.push,
    finish() {
      tar.finish()
      const layout = blobs.get('oci-layout')
      if (layout) return imagesOfLayout(blobs)
      for (const [name, target] of links) {
        const blob = blobs.get(target)
        if (!blob) throw new Error(`no target for symlink layer from "${name}" to "${target}"`)
        blobs.set(name, blob)
      }
      return imagesOfDocker(blobs)
    },
  }
}

function hashing(size: number, done: (blob: Blob) => void): TarSink {
  const hash = createHash('sha256')
  const kept: Uint8Array[] = []
  let start = Buffer.alloc(0)
  return {
    data(piece) {
      hash.update(piece)
      if (start.length < 4) start = Buffer.concat([start, piece.subarray(0, 4 - start.length)])
      if (size <= largestJson && (start[0] === 0x7b || start[0] === 0x5b)) kept.push(piece.slice())
    },
    end() {
      const text = kept.length > 0 ? Buffer.concat(kept).toString() : undefined
      done({ digest: `sha256:${hash.digest('hex')}`, size, packed: isPacked(start), text })
    },
  }
}

/** Whether content starts as gzip or zstd does. */
function isPacked(start: Buffer): boolean {
  return (
    start.subarray(0, 3).equals(Buffer.of(0x1f, 0x8b, 8)) || start.equals(Buffer.of(0x28, 0xb5, 0x2f, 0xfd))
  )
}

function imagesOfLayout(blobs: Map<string, Blob>): ArchivedImage[] {
  const index = blobs.get('index.json')
  if (!index) throw new Error('missing index.json in OCI layout 1.0.0')
  const find = (digest: string): Blob => {
    const blob = blobs.get(`blobs/${digest.replace(':', '/')}`)
    if (blob?.digest === digest) return blob
    throw new Error(`content digest ${digest}: not found`)
  }
  return parsed(index, indexJson, 'index.json').manifests.flatMap((manifest) => {
    const size = sizeOf(manifest, find)
    const { annotations = {}, digest } = manifest
    const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name']
    return name ? [{ name, digest, size }] : []
  })
}

/** Everything that belongs to an image on this platform. @throws Error if something of it is missing */
function sizeOf({ digest, size }: Descriptor, find: (digest: string) => Blob): number {
  const blob = find(digest)
  const index = indexJson.safeParse(json(blob))
  if (index.success) {
    const ours = index.data.manifests.find(({ platform }) => !platform || isOurs(platform))
    if (!ours) throw new Error(`no match for platform in manifest ${digest}: not found`)
    return size + sizeOf(ours, find)
  }
  const { config, layers } = parsed(blob, manifestJson, digest)
  return [config, ...layers].reduce((sum, part) => sum + find(part.digest).size, size)
}

function isOurs({ os, architecture }: { os: string; architecture: string }): boolean {
  return os === 'linux' && architecture === 'arm64'
}

const dockerType = 'application/vnd.docker'

function imagesOfDocker(blobs: Map<string, Blob>): ArchivedImage[] {
  const list = blobs.get('manifest.json')
  if (!list) throw new Error('unrecognized image format')
  return parsed(list, dockerJson, 'manifest.json').flatMap(({ Config, RepoTags, Layers }) => {
    const config = blobs.get(Config)
    if (!config) throw new Error(`image config "${Config}" not found`)
    const layers = Layers.map((name) => {
      const layer = blobs.get(name)
      if (!layer) throw new Error(`layer "${name}" not found`)
      return layer
    })
    const text = dockerManifest(config, layers)
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
    const size = [config, ...layers].reduce((sum, part) => sum + part.size, Buffer.byteLength(text))
    return (RepoTags ?? []).map((name) => ({ name: fullImageName(name), digest, size }))
  })
}

/** Byte for byte what containerd writes, because its hash names the image. */
function dockerManifest(config: Blob, layers: Blob[]): string {
  const part = (mediaType: string, { digest, size }: Blob) => ({ mediaType, digest, size })
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: `${dockerType}.distribution.manifest.v2+json`,
    config: part(`${dockerType}.container.image.v1+json`, config),
    layers: layers.map((layer) =>
      part(`${dockerType}.image.rootfs.diff.tar${layer.packed ? '.gzip' : ''}`, layer),
    ),
  })
}

function parsed<T>(blob: Blob, schema: z.ZodType<T>, name: string): T {
  const { data, error } = schema.safeParse(json(blob))
  if (!data) throw new Error(`failed to read ${name}: ${error?.issues[0]?.message}`)
  return data
}

function json({ text = '' }: Blob): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
