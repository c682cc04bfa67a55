import { FaultError } from '@homerack/errors'

/**
 * A section of a bootloader image: `u32be magic`, `u32be length`, payload; the next one begins on a multiple of
 * eight. Layout read from official images of 2023-12 to 2026-08; it is not documented.
 */
export type Section = {
  readonly kind: 'code' | 'file' | 'blob' | 'padding' | 'other'
  /** Where the header begins, in bytes from the start of the image. */
  readonly offset: number
  /** Bytes after the header's eight. */
  readonly length: number
  /** Files have up to 12 characters, blobs up to 16; empty for the others. */
  readonly name: string
}

/** The flash of a Raspberry Pi 5. */
export const EEPROM_BYTES = 2 * 1024 * 1024
/** The last sector is the bootloader's own. */
export const RESERVED_BYTES = 4096
/** Files may be edited between these. In A/B images it is partition A; what lies before is read-only there. */
export const EDITABLE = { start: 0x10000, end: 0x107000 } as const

export const HEADER_BYTES = 8
/** Before a file's content: header, name of 12 bytes, four zero bytes. */
export const FILE_HEADER_BYTES = 24
export const PADDING_MAGIC = 0x55aafeef

const kinds: ReadonlyMap<number, Section['kind']> = new Map([
  [0x55aaf00f, 'code'],
  [0x55aaf11f, 'file'],
  [0x55aaf33f, 'blob'],
  [0x55aaf44f, 'blob'],
  [PADDING_MAGIC, 'padding'],
])

/**
 * The sections of a bootloader image, in order.
 * @throws FaultError E_EEPROM_IMAGE if it is not an image for a Raspberry Pi 5, or damaged
 */
export function readSections(image: Buffer): Section[] {
  if (image.length !== EEPROM_BYTES)
    throw notAnImage(`it has ${image.length} bytes, an image for a Raspberry Pi 5 has ${EEPROM_BYTES}`)
  const sections: Section[] = []
  for (let offset = 0; offset < image.length; ) {
    const magic = image.readUInt32BE(offset)
    if (magic === 0 || magic === 0xffffffff) break
    const length = image.readUInt32BE(offset + 4)
    const end = offset + HEADER_BYTES + length
    if ((magic & 0xfffff00f) >>> 0 !== 0x55aaf00f)
      throw notAnImage(`at ${hex(offset)} there is ${hex(magic)} instead of a section`)
    const kind = kinds.get(magic) ?? 'other'
    if (end > image.length || (kind === 'file' && length < FILE_HEADER_BYTES - HEADER_BYTES))
      throw notAnImage(`the section at ${hex(offset)} has an impossible length, ${length}`)
    sections.push({ kind, offset, length, name: nameOf(image, kind, offset) })
    offset = align8(end)
  }
  if (sections[0]?.kind !== 'code') throw notAnImage('it does not begin with boot code')
  return sections
}

export const align8 = (offset: number): number => Math.ceil(offset / 8) * 8
export const hex = (value: number): string => `0x${value.toString(16)}`

function nameOf(image: Buffer, kind: Section['kind'], offset: number): string {
  if (kind !== 'file' && kind !== 'blob') return ''
  const bytes = image.subarray(offset + HEADER_BYTES, offset + HEADER_BYTES + (kind === 'file' ? 12 : 16))
  // Only what can be a name is one: it ends up in terminals.
  return /^[\x21-\x7e]*/.exec(bytes.toString('latin1'))?.[0] ?? ''
}

function notAnImage(cause: string): FaultError {
  return new FaultError({
    code: 'E_EEPROM_IMAGE',
    subject: 'bootloader image',
    cause,
    hint: 'Use a pieeprom-*.bin of the official firmware-2712 folder.',
  })
}
