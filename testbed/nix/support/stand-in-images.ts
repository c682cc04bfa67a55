import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { writeMeta } from '../../../packages/flasher/src/meta/meta.ts'

const exec = promisify(execFile)
const scripts = join(import.meta.dirname, '../stand-in-images')

/** What the imager calls in its rootfs; the rest is busybox. */
const imagerPrograms = ['jq', 'mkfs.vfat', 'mkfs.xfs', 'mcopy', 'sgdisk']

/**
 * OCI layouts of images shaped like those that pi5-image is made from, as `folder/<name>`: an imager with a rootfs that
 * runs, an overlay, and two extensions.
 */
export async function makeStandInImages(folder: string): Promise<void> {
  const imager = join(folder, 'rootfs', 'imager')
  await addPrograms(imager, ['busybox', ...imagerPrograms])
  await exec('sh', [
    '-c',
    'for name in $(busybox --list); do [ -e "$1/$name" ] || ln -s busybox "$1/$name"; done',
    'sh',
    join(imager, 'bin'),
  ])
  // mtools wants the C library's table of the DOS code page.
  const tables = '/usr/lib/x86_64-linux-gnu/gconv'
  for (const name of ['IBM850.so', 'gconv-modules.cache']) {
    await mkdir(join(imager, tables), { recursive: true })
    await cp(join(tables, name), join(imager, tables, name))
  }
  await cp(join(scripts, 'imager'), join(imager, 'bin/imager'))
  await put(imager, {
    'usr/install/arm64/vmlinuz': 'a kernel\n'.repeat(1000),
    'usr/install/arm64/initramfs.xz': 'an initramfs\n',
    'usr/install/meta': writeMeta(new Map()),
  })

  const overlay = join(folder, 'rootfs', 'overlay')
  const tree = Buffer.concat([
    Buffer.from('d00dfeed', 'hex'),
    Buffer.alloc(60),
    Buffer.from('brcm,bcm2712\0'),
  ])
  await put(overlay, {
    'profiles/rpi_5.yaml': 'arch: arm64\n',
    'artifacts/arm64/config.txt': '[pi5]\nkernel=u-boot.bin\narm_64bit=1\n',
    'artifacts/arm64/u-boot.bin': 'a boot loader\n',
    'artifacts/arm64/bcm2712-rpi-5-b.dtb': tree,
  })
  await mkdir(join(overlay, 'installers'), { recursive: true })
  await cp(join(scripts, 'installer'), join(overlay, 'installers/rpi_5'))

  for (const name of ['iscsi-tools', 'util-linux-tools'])
    await put(join(folder, 'rootfs', name), { 'rootfs/usr/local/etc/extension': `this is ${name}\n` })
  // Talos lists the tags of its extensions in an image of their own.
  await put(join(folder, 'rootfs', 'extensions'), {
    'image-digests': ['iscsi-tools', 'util-linux-tools']
      .map((name) => `REGISTRY/${name}:v1@sha256:0\n`)
      .join(''),
  })
}

/** An OCI layout with an index over platforms, each with the same rootfs as its one layer. */
export async function writeLayout(
  layout: string,
  rootfs: string,
  platforms: readonly string[],
): Promise<void> {
  const { stdout: tar } = await exec(
    'tar',
    ['-c', '--sort=name', '--mtime=@1', '--owner=0', '--group=0', '-C', rootfs, '.'],
    {
      encoding: 'buffer',
      maxBuffer: 512 << 20,
    },
  )
  const blobs = join(layout, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  const add = async (mediaType: string, bytes: Buffer) => {
    const hex = createHash('sha256').update(bytes).digest('hex')
    await writeFile(join(blobs, hex), bytes)
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length }
  }
  const json = (mediaType: string, value: unknown) => add(mediaType, Buffer.from(JSON.stringify(value)))
  const layer = await add('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar, { level: 1 }))
  const diff = `sha256:${createHash('sha256').update(tar).digest('hex')}`
  const manifests = await Promise.all(
    platforms.map(async (platform) => {
      const [os, architecture] = platform.split('/')
      const config = await json('application/vnd.oci.image.config.v1+json', {
        os,
        architecture,
        rootfs: { type: 'layers', diff_ids: [diff] },
      })
      const mediaType = 'application/vnd.oci.image.manifest.v1+json'
      const manifest = await json(mediaType, { schemaVersion: 2, mediaType, config, layers: [layer] })
      return { ...manifest, platform: { os, architecture } }
    }),
  )
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const index = await json(mediaType, { schemaVersion: 2, mediaType, manifests })
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [index] }))
}

/** Programs of this machine with their libraries, each library at its own path. */
async function addPrograms(root: string, programs: readonly string[]): Promise<void> {
  await mkdir(join(root, 'bin'), { recursive: true })
  for (const program of programs) {
    const { stdout } = await exec('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${program}`])
    const path = await realpath(stdout.trim())
    await cp(path, join(root, 'bin', program))
    const { stdout: needed } = await exec('ldd', [path]).catch(() => ({ stdout: '' }))
    for (const [library] of needed.matchAll(/\/\S+/g)) {
      await mkdir(join(root, dirname(library)), { recursive: true })
      await cp(await realpath(library), join(root, dirname(library), basename(library)))
    }
  }
}

async function put(root: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    await chmod(path, 0o644)
  }
}

export const replaceIn = async (path: string, from: string, to: string): Promise<void> =>
  writeFile(path, (await readFile(path, 'utf8')).replaceAll(from, to))
