import { open, rename } from 'node:fs/promises'
import { writeFat } from '../../fat/index.ts'
import { type Gpt, labelGuid, legacyBoot, partitionTypes, writeGpt } from '../../gpt/index.ts'
import { metaTags, writeMeta } from '../../meta/meta.ts'
import { deviceTree } from './device-tree.ts'
import { seededBytes } from './seeded-bytes.ts'

const MIB = 1024 * 1024

export type StandInOptions = {
  /** Where the raw image goes. It is written sparse. */
  readonly path: string
  /** Such as `v1.13.9`. */
  readonly talosVersion: string
  /** Bytes of incompressible content in BOOT, so that flashing costs something. 200 MB unless told. */
  readonly contentBytes?: number
  /** Bytes of the BOOT partition: Talos' 2000 MiB unless told. Tests take less. */
  readonly bootBytes?: number
  readonly seed?: string
  /** What an arm64 machine with UEFI boots from the disk; a filling unless given. */
  readonly efiProgram?: Uint8Array
}

/**
 * Makes the image that rehearsals flash in Talos' place. It has what can be checked without Talos: the GPT that
 * Talos 1.13 gives a Pi 5 (GRUB layout: EFI, BIOS, BOOT, META, reproducible GUIDs), an EFI partition with the
 * files a Pi's firmware looks for, and a valid META. It boots nothing real: device trees, U-Boot and GRUB are
 * fillings, and BOOT is not XFS but a header that names the Talos version as JSON, followed by seeded bytes.
 * The same options give the same bytes.
 */
export async function makeStandInImage(options: StandInOptions): Promise<{ path: string; size: number }> {
  const {
    path,
    talosVersion,
    contentBytes = 200_000_000,
    bootBytes = 2000 * MIB,
    seed = 'homerack',
    efiProgram,
  } = options
  if (contentBytes + STAND_IN_HEADER > bootBytes) throw new RangeError('the content does not fit into BOOT')
  // As large as Talos' image: 246 MiB around BOOT.
  const size = bootBytes + 246 * MIB
  const gpt = standInGpt(bootBytes)
  const { primary, backup, backupOffset } = writeGpt(gpt, size)
  const start = (name: string) => (gpt.partitions.find((p) => p.name === name)?.firstBlock ?? 0) * 512

  const handle = await open(`${path}.new`, 'w')
  try {
    await handle.truncate(size)
    const put = (bytes: Uint8Array, offset: number) => handle.write(bytes, 0, bytes.length, offset)
    await put(primary, 0)
    await put(
      writeFat({ label: 'EFI', size: 100 * MIB, files: bootFiles(seed, efiProgram), hiddenSectors: 2048 }),
      start('EFI'),
    )
    await put(standInHeader(talosVersion), start('BOOT'))
    const next = seededBytes(`${seed} ${talosVersion} content`)
    for (let done = 0; done < contentBytes; ) {
      const bytes = next(Math.min(8 * MIB, contentBytes - done))
      await put(bytes, start('BOOT') + STAND_IN_HEADER + done)
      done += bytes.length
    }
    await put(writeMeta(new Map([[metaTags.bootloader, Buffer.from('grub')]])), start('META'))
    await put(backup, backupOffset)
  } finally {
    await handle.close()
  }
  await rename(`${path}.new`, path)
  return { path, size }
}

/** Bytes before the seeded content in BOOT. */
const STAND_IN_HEADER = 4096

function standInHeader(talosVersion: string): Buffer {
  const header = Buffer.alloc(STAND_IN_HEADER)
  header.write(`${JSON.stringify({ homerack: 'stand-in', talos: talosVersion })}\n`)
  return header
}

/** The Talos version that a stand-in's BOOT partition names, or undefined if this is no stand-in. */
export function standInTalosVersion(bootPartition: Buffer): string | undefined {
  const line = /^\{"homerack":"stand-in","talos":"(v[\w.+-]{1,64})"\}\n/
  return line.exec(bootPartition.toString('latin1', 0, 256))?.[1]
}

function standInGpt(bootBytes: number): Gpt {
  let next = MIB
  const partition = (number: number, name: string, type: string, bytes: number, attributes = 0n) => {
    const firstBlock = next / 512
    next += bytes
    return { number, name, type, guid: labelGuid(name), firstBlock, lastBlock: next / 512 - 1, attributes }
  }
  return {
    diskGuid: labelGuid('talos-image-disk'),
    sectorSize: 512,
    partitions: [
      partition(1, 'EFI', partitionTypes.efi, 100 * MIB),
      partition(2, 'BIOS', partitionTypes.bios, MIB, legacyBoot),
      partition(3, 'BOOT', partitionTypes.linux, bootBytes),
      partition(4, 'META', partitionTypes.linux, MIB),
    ],
  }
}

/** What Talos' `rpi_5` overlay puts on the EFI partition, by name. */
function bootFiles(seed: string, efiProgram?: Uint8Array): Record<string, Uint8Array> {
  const next = seededBytes(`${seed} boot files`)
  const pi5 = ['raspberrypi,5-model-b', 'brcm,bcm2712'] as const
  return {
    'config.txt': Buffer.from(configTxt),
    'bcm2712-rpi-5-b.dtb': deviceTree(...pi5),
    'bcm2712-d-rpi-5-b.dtb': deviceTree(...pi5, 'brcm,bcm2712d0'),
    'overlays/overlay_map.dtb': deviceTree('raspberrypi,overlay-map'),
    'overlays/disable-bt-pi5.dtbo': deviceTree('brcm,bcm2712'),
    'u-boot.bin': next(640 * 1024),
    'EFI/boot/BOOTAA64.EFI': efiProgram ?? Buffer.concat([Buffer.from('MZ'), next(400 * 1024)]),
  }
}

const configTxt = `arm_64bit=1
arm_boost=1
enable_uart=1
gpu_mem=32
hdmi_safe:0=1
hdmi_safe:1=1
kernel=u-boot.bin

[pi5]
enable_uart=0
`
