import { type Fault, FaultError, isWarning } from '@homerack/errors'
import { writeFat } from '../fat/index.ts'
import { checkBootConfig } from './boot-config.ts'
import { readEeprom } from './read-eeprom.ts'
import { replaceEepromFile } from './replace-file.ts'
import { formatSignature } from './signature.ts'

export type EepromCardOptions = {
  /** The official `recovery.bin` for 2712: the only thing that a Pi 5's ROM loads from a card. */
  readonly recovery: Uint8Array
  /** An official `pieeprom-*.bin` for 2712. */
  readonly image: Uint8Array
  /** The bootconf.txt to put into it; the image's own if it is not given. */
  readonly config?: string
  /** Seconds since 1970, for the `.sig`. */
  readonly time: number
  /**
   * `stop`: a green screen and a quick light, then the card is taken out. `reboot`: `recovery.bin` renames
   * itself and the board boots on, so that the card serves one board. Default `stop`.
   */
  readonly afterwards?: 'stop' | 'reboot'
  /** `recovery_wait=1`: the card stays as it is and serves many boards. */
  readonly reusable?: boolean
}

const SECTOR = 512
/** Where card makers and the official imager let the first partition begin. */
const FIRST_SECTOR = 2048
/** FAT32 begins at 33 MiB. */
const PARTITION_BYTES = 63 * 1024 * 1024
/** Of a microSD card image, in bytes. */
export const CARD_BYTES = FIRST_SECTOR * SECTOR + PARTITION_BYTES

/**
 * The image of a microSD card that sets a Raspberry Pi 5's bootloader: MBR, one FAT32 partition of type 0x0c at
 * sector 2048, `recovery.bin`, `pieeprom.bin` or `.upd`, `pieeprom.sig`. Zeros behind what is returned belong to
 * the image, up to `CARD_BYTES`. The same options give the same bytes.
 * @throws FaultError E_EEPROM_IMAGE, E_EEPROM_TOO_LARGE, E_EEPROM_RECOVERY, E_EEPROM_SETTING
 */
export function eepromCard(options: EepromCardOptions): Buffer {
  const { recovery, config, time, afterwards = 'stop', reusable = false } = options
  const faults = [
    ...recoveryFaults(recovery),
    ...checkBootConfig(config ?? '', 'bootconf.txt').filter((fault) => !isWarning(fault)),
  ]
  if (faults.length > 0) throw new FaultError(faults)
  readEeprom(options.image)
  const image =
    config === undefined
      ? Buffer.from(options.image)
      : replaceEepromFile(options.image, 'bootconf.txt', Buffer.from(config))
  const volume = writeFat({
    label: 'RECOVERY',
    size: PARTITION_BYTES,
    hiddenSectors: FIRST_SECTOR,
    files: {
      'recovery.bin': recovery,
      [afterwards === 'reboot' ? 'pieeprom.upd' : 'pieeprom.bin']: image,
      'pieeprom.sig': Buffer.from(formatSignature(image, { time })),
      ...(reusable && { 'config.txt': Buffer.from('recovery_wait=1\n') }),
    },
  })
  const start = Buffer.alloc(FIRST_SECTOR * SECTOR)
  masterBootRecord().copy(start)
  return Buffer.concat([start, volume])
}

/** One partition, active, with the cylinder numbers that stand for "see the sector numbers". */
function masterBootRecord(): Buffer {
  const mbr = Buffer.alloc(SECTOR)
  mbr.writeUInt32LE(0x686f6d65, 440)
  mbr.set([0x80, 0xfe, 0xff, 0xff, 0x0c, 0xfe, 0xff, 0xff], 446)
  mbr.writeUInt32LE(FIRST_SECTOR, 454)
  mbr.writeUInt32LE(PARTITION_BYTES / SECTOR, 458)
  mbr.set([0x55, 0xaa], 510)
  return mbr
}

/** The one for a Pi 4 names its chip, the one for a Pi 5 does not: read from both of 2026-05. */
function recoveryFaults(recovery: Uint8Array): Fault[] {
  const bytes = Buffer.from(recovery.buffer, recovery.byteOffset, recovery.byteLength)
  const fault = (cause: string): Fault => {
    const hint = 'Use the recovery.bin of the official firmware-2712 folder.'
    return { code: 'E_EEPROM_RECOVERY', subject: 'recovery.bin', cause, hint }
  }
  if (!bytes.includes('pieeprom')) return [fault('this is no recovery.bin: it knows no pieeprom files')]
  return bytes.includes('2711') ? [fault('this is the recovery.bin of a Raspberry Pi 4')] : []
}
