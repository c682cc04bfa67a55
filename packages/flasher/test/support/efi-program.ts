const headersBytes = 0x200
const loadedAt = 0x1000
const MACHINE_ARM64 = 0xaa64
const EXECUTABLE = 0x0022
const SUBSYSTEM_EFI_APPLICATION = 10
const CODE_EXECUTE_READ = 0x60000020

/** An EFI program for arm64 that prints a text and ends: a PE32+ file with one section (PE format, UEFI 2.10). */
export function efiProgram(text: string): Buffer {
  const message = Buffer.from(`${text}\r\n\0`, 'utf16le')
  const instructions = 8
  const adr = (from: number, to: number, register: number) =>
    (0x10000000 | (((to - from) & 3) << 29) | (((to - from) >> 2) << 5) | register) >>> 0
  const code = Uint32Array.of(
    0xa9bf7bfd, // stp x29, x30, [sp, #-16]!
    0xf9402020, // ldr x0, [x1, #64]: SystemTable->ConOut
    0xf9400408, // ldr x8, [x0, #8]: ConOut->OutputString
    adr(12, 4 * instructions, 1), // adr x1, message
    0xd63f0100, // blr x8
    0xa8c17bfd, // ldp x29, x30, [sp], #16
    0xd2800000, // mov x0, #0
    0xd65f03c0, // ret
  )
  const section = Buffer.concat([Buffer.from(code.buffer), message])
  const raw = Math.ceil(section.length / 0x200) * 0x200
  const file = Buffer.alloc(headersBytes + raw)
  section.copy(file, headersBytes)
  file.write('MZ', 0, 'latin1')
  file.writeUInt32LE(0x40, 0x3c)
  file.write('PE\0\0', 0x40, 'latin1')
  file.writeUInt16LE(MACHINE_ARM64, 0x44)
  file.writeUInt16LE(1, 0x46)
  file.writeUInt16LE(240, 0x54)
  file.writeUInt16LE(EXECUTABLE, 0x56)
  const optional = file.subarray(0x58)
  optional.writeUInt16LE(0x20b, 0)
  optional.writeUInt32LE(raw, 4)
  optional.writeUInt32LE(loadedAt, 16)
  optional.writeUInt32LE(loadedAt, 20)
  optional.writeUInt32LE(0x1000, 32)
  optional.writeUInt32LE(0x200, 36)
  optional.writeUInt32LE(loadedAt + 0x1000, 56)
  optional.writeUInt32LE(headersBytes, 60)
  optional.writeUInt16LE(SUBSYSTEM_EFI_APPLICATION, 68)
  optional.writeUInt32LE(16, 108)
  const table = optional.subarray(240)
  table.write('.text', 0, 'latin1')
  table.writeUInt32LE(section.length, 8)
  table.writeUInt32LE(loadedAt, 12)
  table.writeUInt32LE(raw, 16)
  table.writeUInt32LE(headersBytes, 20)
  table.writeUInt32LE(CODE_EXECUTE_READ, 36)
  return file
}
