import { type Fault, FaultError } from '@homerack/errors'
import { contentOf, findFile, isAb, updateTimePlaces } from './read-eeprom.ts'
import {
  align8,
  EDITABLE,
  FILE_HEADER_BYTES,
  HEADER_BYTES,
  hex,
  PADDING_MAGIC,
  RESERVED_BYTES,
  readSections,
  type Section,
} from './sections.ts'

/** The files of a bootloader image that may be replaced. */
export type EepromFile = 'bootconf.txt' | 'bootconf.sig' | 'pubkey.bin' | 'cacert.der'

/** The files are changed in place, one erasable sector each; the official tool takes no more either. */
const MOST_CONTENT_BYTES = 4076

/**
 * A copy of a bootloader image with one file replaced, byte for byte as `rpi-eeprom-config` of 2026-08 does it.
 * One difference: that tool lets a file run up to four bytes into the section behind it; here it is refused.
 * @throws FaultError E_EEPROM_IMAGE, E_EEPROM_FILE if the image lacks the file, E_EEPROM_TOO_LARGE
 */
export function replaceEepromFile(image: Uint8Array, name: EepromFile, content: Uint8Array): Buffer {
  const bytes = Buffer.from(image)
  const sections = readSections(bytes)
  const file = findFile(sections, name)
  if (!file) throw fault('E_EEPROM_FILE', name, 'the image has no such file')
  const index = sections.indexOf(file)
  const isLast = index === sections.length - 1
  const end = endOfRoom(bytes.length, sections.slice(index + 1))
  const room = Math.min(MOST_CONTENT_BYTES, end - file.offset - FILE_HEADER_BYTES)
  if (content.length > room)
    throw fault('E_EEPROM_TOO_LARGE', name, `${content.length} bytes, at ${hex(file.offset)} ${room} fit`)

  bytes.writeUInt32BE(content.length + FILE_HEADER_BYTES - HEADER_BYTES, file.offset + 4)
  bytes.set(content, file.offset + FILE_HEADER_BYTES)
  let at = file.offset + FILE_HEADER_BYTES + content.length
  bytes.fill(0xff, at, align8(at))
  at = align8(at)
  // By convention bootconf.txt is the last section of an image without A/B; nothing is padded behind it.
  if (end - at >= HEADER_BYTES && !isLast) {
    bytes.writeUInt32BE(PADDING_MAGIC, at)
    bytes.writeUInt32BE(end - at - HEADER_BYTES, at + 4)
    at += HEADER_BYTES
  }
  bytes.fill(0xff, at, end)
  return bytes
}

/** Where the next section that is not padding begins, or the editable part or the flash ends. */
function endOfRoom(size: number, behind: readonly Section[]): number {
  const next = behind.find(({ kind }) => kind !== 'padding')?.offset
  return Math.min(next ?? size, EDITABLE.end, size - RESERVED_BYTES)
}

/** The content of a file of a bootloader image. @throws FaultError E_EEPROM_IMAGE, E_EEPROM_FILE */
export function readEepromFile(image: Uint8Array, name: EepromFile): Buffer {
  const bytes = Buffer.from(image)
  const file = findFile(readSections(bytes), name)
  if (!file) throw fault('E_EEPROM_FILE', name, 'the image has no such file')
  return contentOf(bytes, file)
}

/**
 * A copy of a bootloader image with its update time set: a self-update over TFTP is taken only if it is newer.
 * @param seconds since 1970
 * @throws FaultError E_EEPROM_IMAGE
 */
export function setUpdateTime(image: Uint8Array, seconds: number): Buffer {
  const bytes = Buffer.from(image)
  const sections = readSections(bytes)
  const places = updateTimePlaces(bytes, sections)
  if (isAb(sections) && places.length !== 2)
    throw fault('E_EEPROM_FILE', 'updatetime', 'an A/B image has two, this one does not')
  for (const at of places) {
    bytes.writeUInt32LE(~seconds >>> 0, at)
    bytes.writeUInt32LE(seconds, at + 4)
  }
  return bytes
}

function fault(code: Fault['code'], subject: string, cause: string): FaultError {
  return new FaultError({ code, subject, cause })
}
