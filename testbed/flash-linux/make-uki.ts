/** What goes into a unified kernel image: an EFI program that holds a kernel, its initramfs and its command line. */
export type UkiParts = {
  /** systemd's stub for the architecture. */
  readonly stub: Buffer
  readonly kernel: Buffer
  readonly initramfs: Buffer
  readonly commandLine: string
}

const SECTION_HEADER = 40
/** Initialised data, readable. */
const DATA = 0x40000040

/** Adds the parts to the stub as sections of the names that it looks for, as `ukify` and `objcopy` do. */
export function makeUki({ stub, kernel, initramfs, commandLine }: UkiParts): Buffer {
  const pe = stub.readUInt32LE(0x3c)
  const optional = pe + 24
  const alignment = stub.readUInt32LE(optional + 32)
  const fileAlignment = stub.readUInt32LE(optional + 36)
  const count = stub.readUInt16LE(pe + 6)
  const table = optional + stub.readUInt16LE(pe + 20)
  const parts = Object.entries({
    '.osrel': Buffer.from('ID=homerack\nPRETTY_NAME="homerack flash agent"\n\0'),
    '.cmdline': Buffer.from(commandLine),
    '.initrd': initramfs,
    '.linux': kernel,
  })
  const room = stub.readUInt32LE(table + 20)
  if (table + (count + parts.length) * SECTION_HEADER > room)
    throw new Error('the stub has no room for sections')

  const head = Buffer.from(stub)
  const pieces = [head, padding(head.length, fileAlignment)]
  let at = roundUp(stub.readUInt32LE(optional + 56), alignment)
  let length = roundUp(head.length, fileAlignment)
  for (const [i, [name, content]] of parts.entries()) {
    const header = table + (count + i) * SECTION_HEADER
    head.fill(0, header, header + SECTION_HEADER).write(name, header)
    const raw = roundUp(content.length, fileAlignment)
    for (const [offset, value] of [content.length, at, raw, length].entries())
      head.writeUInt32LE(value, header + 8 + offset * 4)
    head.writeUInt32LE(DATA, header + 36)
    pieces.push(content, padding(content.length, fileAlignment))
    at += roundUp(content.length, alignment)
    length += raw
  }
  head.writeUInt16LE(count + parts.length, pe + 6)
  head.writeUInt32LE(at, optional + 56)
  return Buffer.concat(pieces)
}

const roundUp = (length: number, unit: number): number => Math.ceil(length / unit) * unit
const padding = (length: number, unit: number): Buffer => Buffer.alloc(roundUp(length, unit) - length)
