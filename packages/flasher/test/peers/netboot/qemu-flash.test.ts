import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FlashLinux, findPeer, flashLinux, makeUki } from '@homerack/testbed'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type FramedImage,
  frameImage,
  imageDigest,
  inspectBootDisk,
  makeStandInImage,
  openFrames,
  openReadable,
  verifyImage,
} from '../../../src/index.ts'
import { openArmLab } from '../../support/arm-lab.ts'
import { firmware } from '../../support/arm-machine.ts'
import { noNetwork } from '../../support/network.ts'

// A board from power on to the system on its disk, emulated: UEFI, a home router's lease, our proxy DHCP and TFTP, an
// arm64 kernel, the flash agent's Linux with the scripts of production, an NVMe drive.

const MIB = 1024 * 1024
const DISK = 512 * MIB
/** What a range at most holds, and how many may be under way when a board stops. */
const IN_FLIGHT = 3 * 2 * MIB

const [missing] = (['qemu-arm64', 'fdtput', 'dnsmasq', 'curl'] as const).flatMap((name) => {
  const peer = findPeer(name)
  return 'missing' in peer ? [peer.missing] : []
})
const noFirmware = existsSync(firmware)
  ? undefined
  : 'UEFI for arm64 is not on this machine: apt-get install qemu-efi-aarch64'
const skipped = missing ?? noFirmware ?? noNetwork()

describe.skipIf(skipped)(`an emulated arm64 board${skipped ? ` (${skipped})` : ''}`, () => {
  let folder: string
  let raw: string
  let linux: FlashLinux
  let image: FramedImage
  let total: number
  let unavailable: string | undefined
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'homerack-qemu-'))
    const made = await flashLinux().catch((error: Error) => error.message)
    if (typeof made === 'string') {
      unavailable = `the flash agent's Linux cannot be assembled here: ${made}`
      return
    }
    linux = made
    raw = join(folder, 'image.raw')
    const sizes = { contentBytes: 64 * MIB, bootBytes: 80 * MIB }
    await makeStandInImage({
      path: raw,
      talosVersion: 'v1.13.9',
      ...sizes,
      efiProgram: await readySystem(linux),
    })
    image = await frameImage({ source: raw, cacheDir: folder })
    total = image.manifest.ranges.reduce((sum, { length }) => sum + length, 0)
  }, 300_000)
  beforeEach((ctx) => {
    if (unavailable) ctx.skip(unavailable)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const lab = (disk: { path: string; serial: string }, more: { initramfs?: Buffer; planned?: string } = {}) =>
    openArmLab({
      linux,
      initramfs: more.initramfs ?? linux.initramfs(),
      image: { raw, cache: folder },
      disk,
      planned: { serial: more.planned ?? disk.serial, size: DISK },
    })

  test.concurrent('netboots, writes its disk, reads it back, and boots from it', async () => {
    const disk = await makeDisk(join(folder, 'good.disk'), 'NVME-GOOD')
    await using home = await lab(disk)
    await home.machine.says(/READY.*from NVME-GOOD/)
    // What is in the boot file here is what a Raspberry Pi would have read.
    const cmdline = await home.operator.run('curl', [
      '-sS',
      `tftp://${home.operator.address}/a1b2c3d4/cmdline.txt`,
    ])
    expect(await home.machine.console()).toContain(
      cmdline.stdout.slice(cmdline.stdout.indexOf('homerack.')).trim(),
    )
    expect(home.events.findLast(({ type }) => type === 'inventory')).toMatchObject({
      inventory: {
        serial: 'a1b2c3d4',
        revision: 'd04170',
        disks: [{ device: '/dev/nvme0n1', serial: disk.serial }],
      },
    })
    expect(home.events.findLast(({ type }) => type === 'flashed')).toMatchObject({
      written: total,
      skipped: 0,
      sha256: imageDigest(image.manifest.ranges),
    })
    await expectImage(disk.path, image)
  })

  test.concurrent('whose agent is killed half-way goes on, and writes nothing twice that was right', async () => {
    const disk = await makeDisk(join(folder, 'killed.disk'), 'NVME-KILLED')
    await using home = await lab(disk, { initramfs: linux.initramfs(await killer(total / 2)) })
    await home.machine.says(/READY.*from NVME-KILLED/)
    const console = await home.machine.console()
    expect(console).toMatch(/half-way: killed.*exit code 137.*going on with/s)
    // A Raspberry Pi's own kernel has the firmware's mailbox.
    expect(console).toContain('vcmailbox 0x0003808b 4 4 0xf6')
    const flashed = home.events.findLast((event) => event.type === 'flashed')
    expect(flashed?.skipped).toBeGreaterThan(total / 2 - IN_FLIGHT)
    expect((flashed?.skipped ?? 0) + (flashed?.written ?? 0)).toBe(total)
    expect(await home.machine.written()).toBeLessThan(total + IN_FLIGHT + MIB)
    await expectImage(disk.path, image)
  })

  test('whose disk is not the planned one leaves it as it is, and its log can be read', async () => {
    const disk = await makeDisk(join(folder, 'other.disk'), 'NVME-OTHER')
    await using file = await open(disk.path, 'r+')
    for (const at of [0, MIB, DISK - 4096]) await file.write(Buffer.alloc(4096, 'mine'), 0, 4096, at)
    const before = await sha256Of(disk.path)
    await using home = await lab(disk, { planned: 'NVME-PLANNED' })
    await home.machine.says(/not finished \(exit code 1\)/)
    expect(home.events.find(({ type }) => type === 'failed')).toMatchObject({
      fault: { code: 'E_DISK_SERIAL' },
    })
    const [, address] = /eth0 has ([\d.]+)/.exec(await home.machine.console()) ?? []
    const log = await home.operator.run('curl', ['-sS', `http://${address}:8070/log`])
    expect(log.stdout).toContain('no disk has the serial NVME-PLANNED')
    expect(await home.machine.written()).toBe(0)
    expect(await sha256Of(disk.path)).toBe(before)
  })
})

async function makeDisk(path: string, serial: string): Promise<{ path: string; serial: string }> {
  await using file = await open(path, 'w')
  await file.truncate(DISK)
  return { path, serial }
}

async function expectImage(path: string, { manifest, path: framed }: FramedImage): Promise<void> {
  await using frames = await openFrames(framed)
  expect(
    await verifyImage({ disk: { device: path, size: DISK }, manifest, fetchRange: frames.fetchRange }),
  ).toMatchObject({ right: true })
  await using disk = await openReadable(path)
  expect(await inspectBootDisk(disk)).toMatchObject({ bootable: true })
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path)) hash.update(part)
  return hash.digest('hex')
}

const start = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mkdir -p /proc /sys /dev
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
`

/** What the image boots: the same kernel, and a first program that says so. */
async function readySystem(linux: FlashLinux): Promise<Buffer> {
  const init = `${start}for module in /modules/*.ko; do insmod $module; done
until [ -e /sys/block/nvme0n1 ]; do sleep 0.1; done
echo "READY: $(cat /proc/cmdline), from $(cat /sys/block/nvme0n1/device/serial)"
while :; do sleep 60; done
`
  return makeUki({
    stub: await readFile(linux.stub),
    kernel: await readFile(linux.kernel),
    initramfs: linux.initramfs([{ name: 'init', file: Buffer.from(init), executable: true }]),
    commandLine: 'console=ttyAMA0 homerack.test=disk',
  })
}

/**
 * Stands before the first program: kills the agent once, when that many bytes are written. It also plays the mailbox
 * of a Raspberry Pi's firmware.
 */
async function killer(bytes: number) {
  const init = `${start}: >/dev/vcio
(
  until [ "$(awk '{ print $7 }' /sys/block/nvme0n1/stat 2>/dev/null || echo 0)" -gt ${Math.floor(bytes / 512)} ]; do
    sleep 0.05
  done
  for process in /proc/[0-9]*; do
    grep -q agent.mjs $process/cmdline && kill -9 \${process#/proc/} && echo 'half-way: killed'
  done
) 2>/dev/null &
exec /flash-init
`
  const script = (name: string, file: string | Buffer) => ({
    name,
    file: Buffer.from(file),
    executable: true,
  })
  return [
    script('init', init),
    script('flash-init', await readFile(join(import.meta.dirname, '../../../agent-linux/init'))),
    script('bin/vcmailbox', '#!/bin/busybox sh\necho vcmailbox "$@"\n'),
  ]
}
