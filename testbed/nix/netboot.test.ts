import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { singleImage } from '../../packages/flasher/test/eeprom/synthetic-image.ts'
import { findPeer } from '../index.ts'
import { type Nix, noNix, openNix } from './support/open-nix.ts'

const peers = (['patchelf', 'cpio', 'busybox', 'mcopy'] as const).map(findPeer)
const missing = noNix ?? peers.flatMap((peer) => ('missing' in peer ? [peer.missing] : []))[0]
const agentLinux = join(import.meta.dirname, '../../packages/flasher/agent-linux')

/** The board's programs are this machine's here, laid out as nixpkgs lays them out, so that they can be run. */
describe.skipIf(missing !== undefined)(`what boards boot${missing ? ` (${missing})` : ''}`, () => {
  let nix: Nix
  let work: string
  let root: string
  beforeAll(async () => {
    nix = await openNix()
    work = await mkdtemp(join(tmpdir(), 'homerack-netboot-'))
    root = join(work, 'root')
    await mkdir(root)
  })
  afterAll(async () => {
    await nix.close()
    await rm(work, { recursive: true, force: true })
  })

  const must = async (...command: string[]) => {
    const { code, stdout, stderr } = await nix.run(command)
    expect(code, `${command.join(' ')}\n${stderr}`).toBe(0)
    return stdout
  }

  test('the tree has a kernel that the firmware boots, an initramfs and the device trees of both steppings', async () => {
    const tree = await nix.build('netboot-tree')
    expect(await readdir(tree)).toEqual([
      'bcm2712-d-rpi-5-b.dtb',
      'bcm2712-rpi-5-b.dtb',
      'initramfs',
      'kernel_2712.img',
    ])
    const kernel = gunzipSync(await readFile(join(tree, 'kernel_2712.img')))
    expect(kernel.toString('latin1', 56, 60)).toBe('ARM\x64')
  })

  test('above its budget it is not built', async () => {
    await expect(nix.buildChanged('netboot-tree', 'tree: tree.override { budget = 1000; }')).rejects.toThrow(
      /the first stage has \d+ bytes, which is more than 1000/,
    )
  })

  test("the first stage holds flasher's init, busybox that runs, and the modules in the order of loading", async () => {
    const initramfs = join(await nix.build('netboot-tree'), 'initramfs')
    await must('sh', '-c', 'cd "$1" && zcat "$2" | cpio -id --quiet', 'sh', root, initramfs)
    for (const file of ['init', 'lease'])
      expect(await readFile(join(root, file))).toEqual(await readFile(join(agentLinux, file)))
    expect((await stat(join(root, 'init'))).mode & 0o111).toBe(0o111)
    expect(await must('chroot', root, '/bin/busybox', 'echo', 'busybox runs')).toBe('busybox runs\n')
    const modules = await readdir(join(root, 'modules'))
    expect(modules).toEqual(['101-nvme-keyring.ko', '102-nvme-auth.ko', '103-nvme-core.ko', '104-nvme.ko'])
    expect(await readFile(join(root, 'modules/104-nvme.ko'), 'utf8')).toMatch(
      /^stand-in for kernel.*nvme\.ko/,
    )
  })

  test('a kernel without a driver that is needed is refused', async () => {
    const change = 'initramfs: initramfs.override { required = [ "macb" "e1000" ]; }'
    await expect(nix.buildChanged('flash-agent-initramfs', change)).rejects.toThrow(
      /the kernel has no module e1000/,
    )
  })

  test('the second stage unpacks over the first, and its Node runs there', async () => {
    const runtime = await nix.build('flash-agent-runtime')
    await must('sh', '-c', 'cd "$1" && cpio -idu --quiet <"$2"', 'sh', root, runtime)
    expect(
      await must('chroot', root, '/bin/node', '--print', '[process.version, typeof fetch].join()'),
    ).toMatch(/^v24\..*,function\n$/)
  })

  test('both stages come out the same when they are built again', async () => {
    const again = await nix.nix('build', [
      '--rebuild',
      '--no-link',
      'flake:netboot-tree',
      'flake:flash-agent-initramfs',
      'flake:flash-agent-runtime',
    ])
    expect(again.code, again.stderr).toBe(0)
  })

  test("the bootloader's card holds the newest firmware with homerack's settings", async () => {
    const firmware = join(work, 'firmware')
    const folder = join(firmware, 'firmware-2712/latest')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'pieeprom-2025-12-08.bin'), singleImage())
    await writeFile(join(folder, 'recovery.bin'), '\0 pieeprom.bin pieeprom.upd pieeprom.sig')
    const source = (await must('nix-store', '--add', firmware)).trim()
    const card = await nix.buildChanged(
      'eeprom-card',
      `card: card.override { tftp = "192.168.10.2"; source = builtins.appendContext "${source}" { "${source}".path = true; }; }`,
    )
    const listing = await must('mdir', '-b', '-i', `${card}@@1M`, '::/')
    expect(listing).toMatch(/recovery\.bin/i)
    const image = join(work, 'pieeprom.bin')
    await must('mcopy', '-i', `${card}@@1M`, '::/pieeprom.bin', image)
    const text = await readFile(image, 'latin1')
    expect(text).toContain('BOOT_ORDER=0xf261')
    expect(text).toContain('TFTP_IP=192.168.10.2')
  })

  test('nothing but what has a known hash is fetched, and only what a board runs is made for arm64', async () => {
    const outputs = ['provision', 'flasher', 'netboot-tree', 'flash-agent-runtime', 'eeprom-card', 'talosctl']
    const { stdout } = await nix.nix('derivation show', [
      '--recursive',
      ...outputs.map((name) => `flake:${name}`),
    ])
    const graph = Object.values(JSON.parse(stdout) as Record<string, Derivation>)
    const fetched = graph.filter(({ builder, env }) => builder.startsWith('builtin:') || env.url)
    expect(fetched.length).toBeGreaterThan(50)
    for (const { name, outputs: made } of fetched) expect(made.out?.hash, name).toMatch(/^[0-9a-f]{64,128}$/)
    expect(new Set(fetched.map(({ env }) => env.url?.replace(/^(\w+:\/\/[^/]+)\/.*/, '$1')))).toEqual(
      new Set(['mirror://npm', 'https://github.com']),
    )
    for (const { name, env } of graph) expect(env.__noChroot ?? env.__impure, name).toBeUndefined()
    const arm = graph.filter(({ system }) => system === 'aarch64-linux').map(({ name }) => name)
    expect(arm.sort()).toEqual(['busybox', 'linux-6.18.44', 'node'])
  })
})

type Derivation = {
  name: string
  system: string
  builder: string
  env: Record<string, string>
  outputs: Record<string, { hash?: string }>
}
