import { randomBytes } from 'node:crypto'
import { dockerArchive, ociArchive, tarHeader, tarOf } from '@homerack/testbed'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readImageArchive } from '../src/image-archive/read-image-archive.ts'

function imagesIn(bytes: Uint8Array, pieces: number[] = []) {
  const reader = readImageArchive()
  let at = 0
  for (const piece of [...pieces, bytes.length]) {
    reader.push(bytes.subarray(at, at + piece))
    at += piece
  }
  return reader.finish()
}

/** Many tags, a packed layer under a long name, and a layer that is a link. */
function oddArchive(): Buffer {
  const long = `${'deep/'.repeat(30)}layer.tar`
  const longLink = [
    tarHeader('././@LongLink', long.length + 1, 'L'),
    Buffer.alloc(512, Buffer.from(`${long}\0`)),
  ]
  const packed = Buffer.from('1f8b08000000000002ff4b54c8490600', 'hex')
  const tags = ['ghcr.io/me/x', 'localhost:5000/y:2', 'z']
  const manifest = [{ Config: 'c.json', RepoTags: tags, Layers: [long, 'a/link.tar'] }]
  return Buffer.concat([
    ...longLink,
    tarOf([['cut', packed]]).subarray(0, 1024),
    tarHeader('a/link.tar', 0, '2', '../plain.tar'),
    tarOf([
      ['plain.tar', 'plain'],
      ['c.json', '{"architecture":"arm64","os":"linux"}'],
      ['manifest.json', JSON.stringify(manifest)],
    ]),
  ])
}

// The digests are those that containerd 2.3.5's own importer gave for the same bytes.
const odd = 'sha256:3c45ead6e83755203a0d40dee88ac5dbe454207a92f71bf44e2c38e25079d562'
test.each<[string, Buffer, { name: string; digest: string }[]]>([
  [
    'docker',
    dockerArchive('retail:1', 3000),
    [
      {
        name: 'docker.io/library/retail:1',
        digest: 'sha256:fcc205a64fcaaf11e182f7cc97339ce18e2bb0b0163a823c7ac8b101242c560e',
      },
    ],
  ],
  [
    'OCI',
    ociArchive('docker.io/library/retail:1', Buffer.alloc(3000, 7)).archive,
    [
      {
        name: 'docker.io/library/retail:1',
        digest: 'sha256:8ae799b408b1423a6f12326eb92c95178ac931e13e59e2a097755334fadcb4d5',
      },
    ],
  ],
  [
    'odd',
    oddArchive(),
    [
      { name: 'ghcr.io/me/x:latest', digest: odd },
      { name: 'localhost:5000/y:2', digest: odd },
      { name: 'docker.io/library/z:latest', digest: odd },
    ],
  ],
])('an archive that is %s lists what containerd lists, however it is cut', (_, archive, expected) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1500 })), (pieces) => {
      expect(imagesIn(archive, pieces)).toMatchObject(expected)
    }),
  )
})

test('the size is that of everything that belongs to the image', () => {
  const layer = randomBytes(5000)
  const [image] = imagesIn(ociArchive('a', layer).archive)
  expect(image!.size).toBeGreaterThan(5000)
  expect(image!.size).toBeLessThan(6000)
})

const layout = ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'] as const
test.each<[string, Buffer, RegExp]>([
  ['is empty', Buffer.alloc(0), /unrecognized image format/],
  ['is cut', dockerArchive('a:1', 3000).subarray(0, 2000), /unexpected EOF/],
  ['is no tar', Buffer.alloc(4096, 'garbage'), /invalid tar header/],
  ['has no index', tarOf([layout]), /missing index\.json/],
  ['has a broken index', tarOf([layout, ['index.json', '{"manifests":']]), /failed to read index\.json/],
  [
    'lacks a blob',
    tarOf([layout, ['index.json', '{"manifests":[{"digest":"sha256:00","size":3,"annotations":{}}]}']]),
    /content digest sha256:00: not found/,
  ],
  [
    'lacks its config',
    tarOf([['manifest.json', '[{"Config":"c","RepoTags":["a"],"Layers":[]}]']]),
    /image config "c" not found/,
  ],
  [
    'lacks a layer',
    tarOf([
      ['c', '{}'],
      ['manifest.json', '[{"Config":"c","RepoTags":["a"],"Layers":["l"]}]'],
    ]),
    /layer "l" not found/,
  ],
])('an archive that %s is refused', (_, archive, reason) => {
  expect(() => imagesIn(archive)).toThrow(reason)
})

test('an archive without a name holds no images', () => {
  const manifest = '[{"Config":"c","RepoTags":null,"Layers":[]}]'
  const files = [['c', '{}'] as const, ['manifest.json', manifest] as const]
  expect(imagesIn(tarOf(files))).toEqual([])
})

test('garbage is an image or an Error, never anything else', () => {
  const good = dockerArchive('a:1', 600)
  const damaged = fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => {
    const copy = Buffer.from(good)
    copy[at] = byte
    return copy
  })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 3000 }), damaged), (bytes) => {
      try {
        imagesIn(bytes)
      } catch (error) {
        expect((error as Error).constructor).toBe(Error)
      }
    }),
  )
})
