import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findPeer } from '../index.ts'
import { type Nix, noNix, openNix } from './support/open-nix.ts'
import { makeStandInImages, replaceIn, writeLayout } from './support/stand-in-images.ts'
import { type LocalRegistry, startRegistry } from './support/start-registry.ts'

const peers = (
  ['docker-registry', 'skopeo', 'mkfs.xfs', 'sgdisk', 'mcopy', 'bwrap', 'jq', 'busybox'] as const
).map(findPeer)
const missing = noNix ?? peers.flatMap((peer) => ('missing' in peer ? [peer.missing] : []))[0]

const platforms = ['linux/amd64', 'linux/arm64']
const hexOf = (digest: string) => digest.replace('sha256:', '')

type Pins = {
  images: Record<
    string,
    { image: string; tag: string | null; listedIn?: string; platforms: Record<string, Pinned | null> }
  >
}
type Pinned = { digest: string; config: string; layers: string[] }

/** From images in a registry to a disk: update-pins fills in the pins, and pi5-image is made from what they name. */
describe.skipIf(missing !== undefined)(`pi5-image${missing ? ` (${missing})` : ''}`, () => {
  let nix: Nix
  let work: string
  let registry: LocalRegistry
  let pinsFile: string
  let image: string

  beforeAll(async () => {
    nix = await openNix()
    work = await mkdtemp(join(tmpdir(), 'homerack-image-'))
    registry = await startRegistry(work)
    pinsFile = join(nix.source, 'nix/pins.json')
    await makeStandInImages(work)
    await replaceIn(join(work, 'rootfs/extensions/image-digests'), 'REGISTRY', `${registry.host}/siderolabs`)
    for (const name of ['imager', 'overlay', 'iscsi-tools', 'util-linux-tools', 'extensions']) {
      await writeLayout(join(work, name), join(work, 'rootfs', name), platforms)
      await must(
        'skopeo',
        'copy',
        '--quiet',
        '--all',
        '--dest-tls-verify=false',
        `oci:${work}/${name}`,
        `docker://${registry.host}/siderolabs/${name}:v1`,
      )
    }
    await pinTo(registry.host)
  })
  afterAll(async () => {
    registry?.stop()
    await nix.close()
    await rm(work, { recursive: true, force: true })
  })

  const must = async (...command: string[]) => {
    const { code, stdout, stderr } = await nix.run(command)
    expect(code, `${command.join(' ')}\n${stderr}`).toBe(0)
    return stdout
  }
  const readPins = async () => JSON.parse(await readFile(pinsFile, 'utf8')) as Pins

  /** The flake's own pins, with the names of the local registry. */
  async function pinTo(host: string): Promise<void> {
    const pins = await readPins()
    for (const [name, pin] of Object.entries(pins.images)) {
      const kind = name.startsWith('overlay-') ? 'overlay' : name
      pin.image = `${host}/siderolabs/${kind}`
      if (pin.listedIn) pin.listedIn = `${host}/siderolabs/extensions:v1`
      else pin.tag = 'v1'
    }
    await writeFile(pinsFile, JSON.stringify(pins))
  }

  test('update-pins fills in every image from the registry, and changes nothing the second time', async () => {
    const { images } = await readPins()
    const update = () =>
      nix.nix('run', ['flake:update-pins', '--', '--file', pinsFile, ...Object.keys(images)])
    const first = await update()
    expect(first.code, first.stderr).toBe(0)
    const pins = await readPins()
    for (const { tag, platforms: pinned } of Object.values(pins.images)) {
      expect(tag).toBe('v1')
      for (const manifest of Object.values(pinned)) expect(manifest?.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    }
    expect((await update()).stdout).toMatch(/^(.+: unchanged\n)+$/)
    expect(await readPins()).toEqual(pins)
  })

  test('the image is built from what the pins name, without a network', async () => {
    const pins = await readPins()
    const digests = Object.values(pins.images).flatMap(({ platforms: pinned }) =>
      Object.values(pinned).flatMap((manifest) =>
        manifest ? [manifest.digest, manifest.config, ...manifest.layers] : [],
      ),
    )
    const blobs = ['imager', 'overlay', 'iscsi-tools', 'util-linux-tools'].map((name) =>
      join(work, name, 'blobs/sha256'),
    )
    const files = await must(
      'sh',
      '-c',
      `for hex in "$@"; do find ${blobs.join(' ')} -name "$hex" -print -quit; done`,
      'sh',
      ...new Set(digests.map(hexOf)),
    )
    await must('nix-store', '--add-fixed', 'sha256', ...files.trim().split('\n'))
    // The official overlay: the stand-in's installer goes by its name.
    image = await nix.build('packages.x86_64-linux.pi5-image.official')
    expect(await nix.evaluate<string[]>('packages.x86_64-linux', 'builtins.attrNames')).toContain('pi5-image')
  })

  test('flasher would boot it', async () => {
    const { stdout, stderr } = await nix.nix('run', ['flake:flasher', '--', 'inspect', image, '--json'])
    const found = JSON.parse(stdout || stderr) as {
      bootable: boolean
      reasons: string[]
      partitions: { name: string }[]
    }
    expect(found.reasons).toEqual([])
    expect(found.bootable).toBe(true)
    expect(found.partitions.map(({ name }) => name)).toEqual(['EFI', 'BIOS', 'BOOT', 'META'])
  })

  test("sgdisk finds nothing wrong, and mtools the overlay's files", async () => {
    expect(await must('sgdisk', '--verify', image)).toContain('No problems found')
    const listing = await must('mdir', '-b', '-i', `${image}@@1M`, '::/')
    expect(listing.split('\n').map((line) => line.toLowerCase())).toEqual(
      expect.arrayContaining(['::/bcm2712-rpi-5-b.dtb', '::/config.txt', '::/u-boot.bin']),
    )
    expect(await must('mtype', '-i', `${image}@@1M`, '::/config.txt')).toContain('kernel=u-boot.bin')
  })

  test('BOOT is a sound XFS with the kernel, the extensions and the kernel arguments', async () => {
    const boot = join(work, 'boot.xfs')
    await must('dd', `if=${image}`, `of=${boot}`, 'bs=1M', 'skip=102', 'count=330', 'conv=sparse')
    await must('xfs_repair', '-n', boot)
    expect(await must('xfs_db', '-r', '-c', 'ls /A', boot)).toMatch(
      /initramfs\.xz[\s\S]*vmlinuz|vmlinuz[\s\S]*initramfs\.xz/,
    )
    const text = await textOf(boot)
    expect(text).toContain('this is iscsi-tools')
    expect(text).toContain('this is util-linux-tools')
    expect(text).toMatch(/linux \/A\/vmlinuz console=ttyAMA10,115200 sysctl\.kernel\.kexec_load_disabled=1/)
  })

  test('an overlay that does not exist is refused with those that do', async () => {
    await expect(
      nix.evaluate('packages.x86_64-linux.pi5-image', 'image: (image.override { overlay = "rpi6"; }).name'),
    ).rejects.toThrow(/there is no overlay rpi6; there are: community-u-boot, factory, official/)
  })

  async function textOf(path: string): Promise<string> {
    await using handle = await open(path)
    return (await handle.readFile()).toString('latin1')
  }
})
