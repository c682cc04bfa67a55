import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiskFound } from '../protocol/schemas.ts'

/** A disk as the kernel knows it, before anyone looked at its content. */
export type DiskSeen = Omit<DiskFound, 'content'>

const realDisks = /^(nvme\d+n\d+|sd[a-z]+|mmcblk\d+|vd[a-z]+)$/

/**
 * The disks of this machine, from sysfs: NVMe, SATA and USB, SD and eMMC, virtio. Loop devices, RAM disks and
 * what is stacked on other disks are left out.
 * @param root where `/sys` and `/proc` are; a test's own tree
 */
export async function findDisks(root = '/'): Promise<DiskSeen[]> {
  const names = (await readdir(join(root, 'sys/block')).catch(() => [])).filter((name) =>
    realDisks.test(name),
  )
  const mounts = await readText(join(root, 'proc/self/mounts'))
  const swaps = await readText(join(root, 'proc/swaps'))
  const mountInfo = await readText(join(root, 'proc/self/mountinfo'))
  return Promise.all(
    names
      .toSorted()
      .map((name) => readDisk(join(root, 'sys/block', name), name, { mounts, swaps, mountInfo })),
  )
}

/** The kernel's tables of what is mounted and what it swaps to. */
type Uses = { readonly mounts: string; readonly swaps: string; readonly mountInfo: string }

async function readDisk(folder: string, name: string, uses: Uses): Promise<DiskSeen> {
  const attribute = (path: string) => readText(join(folder, path))
  const inUse = await useOf(folder, name, uses)
  return {
    device: `/dev/${name}`,
    model: (await attribute('device/model')) || (await attribute('device/name')),
    serial: (await attribute('device/serial')) || (await attribute('serial')) || (await unitSerial(folder)),
    // The kernel counts in 512 bytes here, whatever the disk's sectors are.
    size: Number(await attribute('size')) * 512,
    sectorSize: Number(await attribute('queue/logical_block_size')) || 512,
    readOnly: (await attribute('ro')) === '1',
    ...(inUse && { inUse }),
  }
}

/** SCSI disks carry their serial in vital product data page 0x80, after a header of 4 bytes. */
async function unitSerial(folder: string): Promise<string> {
  const page = await readFile(join(folder, 'device/vpd_pg80')).catch(() => Buffer.alloc(0))
  return page
    .toString('latin1', 4)
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
}

/** Why a disk must not be written: a mount, swap, or something stacked on it. */
async function useOf(folder: string, name: string, uses: Uses): Promise<string | undefined> {
  const parts = (await readdir(folder).catch(() => [])).filter((entry) => entry.startsWith(name))
  for (const part of [name, ...parts]) {
    const own = part === name ? folder : join(folder, part)
    const mount = mountOf(part, await readText(join(own, 'dev')), uses)
    if (mount) return mount === '/' ? 'it holds the running system' : `mounted at ${mount}`
    if (uses.swaps.split('\n').some((line) => line.startsWith(`/dev/${part} `))) return 'used as swap'
    const holders = await readdir(join(own, 'holders')).catch(() => [])
    if (holders.length > 0) return `held by ${holders.join(', ')}`
  }
  return undefined
}

/**
 * Where a disk or partition is mounted, by its name or its number: the root is at times called `/dev/root`, and
 * Btrfs has numbers of its own.
 */
function mountOf(part: string, number: string, { mounts, mountInfo }: Uses): string | undefined {
  const named = mounts.split('\n').find((line) => line.startsWith(`/dev/${part} `))
  const numbered = mountInfo.split('\n').find((line) => number !== '' && line.split(' ')[2] === number)
  return named?.split(' ')[1] ?? numbered?.split(' ')[4]
}

async function readText(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim()
}
