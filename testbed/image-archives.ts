import { createHash } from 'node:crypto'

const blockBytes = 512
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

/** A tar archive of files, ustar. */
export function tarOf(files: readonly (readonly [name: string, content: Uint8Array | string])[]): Buffer {
  const blocks = files.flatMap(([name, content]) => {
    const bytes = Buffer.from(content)
    const padding = Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes)
    return [tarHeader(name, bytes.length), bytes, padding]
  })
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)])
}

/** `type`: `0` a file, `2` a symbolic link to `target`. */
export function tarHeader(name: string, size: number, type = '0', target = ''): Buffer {
  const header = Buffer.alloc(blockBytes)
  header.write(name)
  header.write('0000644\0', 100)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write(' '.repeat(8), 148)
  header.write(type, 156)
  header.write(target, 157)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

const configOf = (layer: Uint8Array) =>
  JSON.stringify({
    architecture: 'arm64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
  })

/** A docker archive of one image, with a layer of as many bytes of content. */
export function dockerArchive(tag: string, contentBytes = 0): Buffer {
  const manifest = [{ Config: 'config.json', RepoTags: [tag], Layers: ['layer.tar'] }]
  const layer = Buffer.alloc(contentBytes)
  return tarOf([
    ['layer.tar', layer],
    ['config.json', configOf(layer)],
    ['manifest.json', JSON.stringify(manifest)],
  ])
}

/** An OCI layout of one image, and the digest of its manifest. */
export function ociArchive(name: string, layer: Uint8Array): { archive: Buffer; digest: string } {
  const part = (mediaType: string, content: Uint8Array | string) => {
    const bytes = Buffer.from(content)
    return { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length }
  }
  const config = configOf(layer)
  const type = 'application/vnd.oci.image'
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: `${type}.manifest.v1+json`,
    config: part(`${type}.config.v1+json`, config),
    layers: [part(`${type}.layer.v1.tar`, layer)],
  })
  const listed = part(`${type}.manifest.v1+json`, manifest)
  const index = {
    schemaVersion: 2,
    manifests: [{ ...listed, annotations: { 'io.containerd.image.name': name } }],
  }
  const blobs = [layer, config, manifest].map((blob) => [`blobs/sha256/${sha256(blob)}`, blob] as const)
  const archive = tarOf([
    ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
    ...blobs,
    ['index.json', JSON.stringify(index)],
  ])
  return { archive, digest: listed.digest }
}

/** An archive as ImageService.Import takes it. */
export async function* inPieces(archive: Buffer, pieceBytes = 7000) {
  yield { request: { case: 'containerd' as const, value: { namespace: 2 } } }
  for (let at = 0; at < archive.length; at += pieceBytes) {
    const bytes = archive.subarray(at, at + pieceBytes)
    yield { request: { case: 'imageChunk' as const, value: { bytes } } }
  }
}
