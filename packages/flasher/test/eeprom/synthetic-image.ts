/** Sections as they lie in official images, with fillings of our own. */
type Piece = { magic: number; at?: number; name?: string; content?: Uint8Array; length?: number }

const FILE = 0x55aaf11f
const config = Buffer.from('[all]\nBOOT_UART=1\nBOOT_ORDER=0xf461\nNET_INSTALL_AT_POWER_ON=1\n')
const BUILD = 'VERSION:0123abcd\0DATE: 2025/12/08\0TIME: 10:11:12\0BUILD_TIMESTAMP=1765222194\0'

/** An image with the layout of 2024 and 2025: bootconf.txt is the last section. */
export function singleImage(build = BUILD): Buffer {
  return assemble([
    { magic: 0x55aaf00f, content: codeWith(build) },
    { magic: 0x55aaf33f, at: 0x20000, name: 'bootmain', content: Buffer.alloc(50_001, 0x5a) },
    { magic: FILE, at: 0x40000, name: 'pubkey.bin', content: Buffer.alloc(512) },
    { magic: FILE, at: 0x40300, name: 'cacert.der', content: Buffer.alloc(1024, 1) },
    { magic: FILE, at: 0x41000, name: 'bootconf.sig', content: Buffer.alloc(100, 2) },
    { magic: FILE, at: 0x42000, name: 'bootconf.txt', content: config },
  ])
}

/** An image with the A/B layout of 2026: two update times, bootconf.txt followed by padding, B empty. */
export function abImage(): Buffer {
  const updatetime = { magic: FILE, name: 'updatetime', content: Buffer.alloc(8, 0xff) }
  const image = assemble([
    { magic: 0x55aaf00f, content: Buffer.alloc(9000, 0x11) },
    { ...updatetime, at: 0x67a0 },
    { magic: FILE, at: 0x10000, name: 'bootsys', content: codeWith(`${BUILD}MFG_VER: 1\0`) },
    { magic: 0x55aaf44f, at: 0x30000, name: 'bootmain', content: Buffer.alloc(50_001, 0x5a) },
    { ...updatetime, at: 0x60000 },
    { magic: FILE, at: 0x61000, name: 'bootconf.sig', content: Buffer.alloc(100, 2) },
    { magic: FILE, at: 0x62000, name: 'bootconf.txt', content: config },
    { magic: 0x55aafeef, at: 0x107000, length: 0x1fe000 - 0x107000 - 8 },
  ])
  return image
}

function codeWith(build: string): Buffer {
  return Buffer.concat([Buffer.alloc(5000, 0x22), Buffer.from(`\0${build}`), Buffer.alloc(100)])
}

/** Lays pieces out and fills the gaps between them with padding sections. */
function assemble(pieces: readonly Piece[]): Buffer {
  const image = Buffer.alloc(2 * 1024 * 1024, 0xff)
  let end = 0
  for (const { magic, at = 0, name, content = Buffer.alloc(0), length } of pieces) {
    if (at > end) writeHeader(image, end, 0x55aafeef, at - end - 8)
    const nameBytes = name === undefined ? 0 : 16
    writeHeader(image, at, magic, length ?? content.length + nameBytes)
    image.fill(0, at + 8, at + 8 + nameBytes)
    image.write(name ?? '', at + 8, 'latin1')
    image.set(content, at + 8 + nameBytes)
    end = Math.ceil((at + 8 + (length ?? content.length + nameBytes)) / 8) * 8
  }
  return image
}

function writeHeader(image: Buffer, at: number, magic: number, length: number): void {
  image.writeUInt32BE(magic, at)
  image.writeUInt32BE(length, at + 4)
}
