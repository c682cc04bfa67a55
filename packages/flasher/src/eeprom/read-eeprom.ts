import { EDITABLE, FILE_HEADER_BYTES, readSections, type Section } from './sections.ts'

/** A bootloader image for a Raspberry Pi 5, read. */
export type Eeprom = {
  /** `ab`: two partitions, since 2026-05-13. */
  readonly layout: 'single' | 'ab'
  readonly sections: readonly Section[]
  /** The text of bootconf.txt. */
  readonly config: string
  readonly build: {
    /** The commit it was built from. */
    readonly version?: string
    /** `2025-12-08` */
    readonly date?: string
    /** Seconds since 1970. */
    readonly timestamp?: number
    /** The board's own floor, `rpi-min-boot-ver`, must not be above this. */
    readonly manufacturing?: number
  }
  /** Seconds since 1970, when the bootloader was told to have been updated. Undefined if it never was. */
  readonly updateTime?: number
}

/**
 * Reads a bootloader image.
 * @throws FaultError E_EEPROM_IMAGE
 */
export function readEeprom(image: Uint8Array): Eeprom {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength)
  const sections = readSections(bytes)
  const config = findFile(sections, 'bootconf.txt')
  const updateTime = readUpdateTime(bytes, sections)
  return {
    layout: isAb(sections) ? 'ab' : 'single',
    sections,
    config: config ? contentOf(bytes, config).toString('latin1') : '',
    build: readBuild(bytes),
    ...(updateTime !== undefined && { updateTime }),
  }
}

export const isAb = (sections: readonly Section[]): boolean =>
  findFile(sections, 'bootsys')?.offset === EDITABLE.start

/** An editable file, and only where files may be edited: A/B images have an `updatetime` before that, too. */
export function findFile(sections: readonly Section[], name: string): Section | undefined {
  return sections.find((section) => section.kind === 'file' && section.name === name && isEditable(section))
}

const isEditable = ({ offset }: Section): boolean => offset >= EDITABLE.start && offset < EDITABLE.end

export function contentOf(image: Buffer, { offset, length }: Section): Buffer {
  return image.subarray(offset + FILE_HEADER_BYTES, offset + FILE_HEADER_BYTES + length - 16)
}

/** Where the pair of `~time` and `time` lies: in the files named `updatetime`, else at the very end. */
export function updateTimePlaces(image: Buffer, sections: readonly Section[]): number[] {
  const files = sections.filter(
    ({ kind, name, length }) => kind === 'file' && name === 'updatetime' && length >= 24,
  )
  if (files.length === 0) return [image.length - 8]
  return files.map(({ offset }) => offset + FILE_HEADER_BYTES)
}

function readUpdateTime(image: Buffer, sections: readonly Section[]): number | undefined {
  const times = updateTimePlaces(image, sections).map((at) => {
    const time = image.readUInt32LE(at + 4)
    return time !== 0 && ~time >>> 0 === image.readUInt32LE(at) ? time : undefined
  })
  return times.every((time) => time === times[0]) ? times[0] : undefined
}

/** Version texts stand in the first, uncompressed stage: `VERSION:26826259`, `DATE: 2024/09/23`, … */
function readBuild(image: Buffer): Eeprom['build'] {
  const text = image.toString('latin1', 0, 256 * 1024)
  const version = /VERSION:([0-9a-f]{8,40})\0/.exec(text)?.[1]
  const date = /DATE: (\d{4})\/(\d\d)\/(\d\d)\0/.exec(text)?.slice(1).join('-')
  const timestamp = /BUILD_TIMESTAMP=(\d{1,10})\0/.exec(text)?.[1]
  const manufacturing = /MFG_VER: (\d{1,6})\0/.exec(text)?.[1]
  return {
    ...(version && { version }),
    ...(date && { date }),
    ...(timestamp && { timestamp: Number(timestamp) }),
    ...(manufacturing && { manufacturing: Number(manufacturing) }),
  }
}
