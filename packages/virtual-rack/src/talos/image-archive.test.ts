import fc from 'fast-check'
import { expect, test } from 'vitest'
import { imageNameOf } from './image-archive.ts'

function archive(files: Record<string, string>): Buffer {
  const blocks = Object.entries(files).map(([name, text]) => {
    const content = Buffer.from(text)
    const header = Buffer.alloc(512)
    header.write(name)
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
    return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

function nameIn(bytes: Uint8Array, pieces: number[]): string | undefined {
  const reader = imageNameOf()
  let at = 0
  for (const piece of [...pieces, bytes.length]) {
    reader.push(bytes.subarray(at, at + piece))
    at += piece
  }
  return reader.name()
}

const oci = {
  'org.opencontainers.image.ref.name': 'v1',
  'io.containerd.image.name': 'docker.io/library/retail:v1',
}

test.each<[string, Record<string, string>, string | undefined]>([
  [
    'docker',
    { 'layer.tar': 'x'.repeat(2000), 'manifest.json': '[{"RepoTags":["retail:7c2f"]}]' },
    'retail:7c2f',
  ],
  [
    'OCI',
    { './index.json': JSON.stringify({ manifests: [{ annotations: oci }] }) },
    'docker.io/library/retail:v1',
  ],
  ['broken JSON', { 'manifest.json': '[{"RepoTags":' }, undefined],
  ['nameless', { 'manifest.json': '[{}]', 'index.json': '{}' }, undefined],
])('the name in an archive that is %s, however it is cut', (_, files, name) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 700 })), (pieces) => {
      expect(nameIn(archive(files), pieces)).toBe(name)
    }),
  )
})

test('no bytes make the reader fail', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => void nameIn(bytes, [])))
})
