import { promisify } from 'node:util'
import { gunzip, zstdDecompress } from 'node:zlib'
import { FaultError } from '@homerack/errors'

/** How a kernel file was packed. */
export type KernelPacking = 'zboot zstd' | 'zboot gzip' | 'gzip' | 'raw'

/** Larger than any kernel; a claim above it is hostile. */
const MOST_KERNEL_BYTES = 256 * 1024 * 1024

const unpackers = {
  zstd: promisify(zstdDecompress),
  gzip: promisify(gunzip),
} as const

/**
 * The raw arm64 `Image` out of a kernel file: an EFI zboot program (Talos' `vmlinuz`, Linux
 * drivers/firmware/efi/libstub/zboot-header.S), gzip, or a raw Image. A Pi's firmware boots a raw Image or one
 * packed with gzip, and no EFI program.
 * @throws FaultError E_KERNEL
 */
export async function unwrapKernel(
  file: Uint8Array,
): Promise<{ readonly image: Buffer; readonly packing: KernelPacking }> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const { packing, unpack, payload } = findPayload(bytes)
  const image = unpack ? await unpacked(payload, unpack) : payload
  if (image.length < 64 || image.toString('latin1', 56, 60) !== 'ARM\x64')
    throw fault(`what it holds (${packing}) is no arm64 Image`)
  return { image, packing }
}

type Payload = {
  readonly packing: KernelPacking
  readonly unpack?: keyof typeof unpackers
  readonly payload: Buffer
}

function findPayload(file: Buffer): Payload {
  if (file.length < 64) throw fault(`it has only ${file.length} bytes`)
  if (file.readUInt16BE(0) === 0x1f8b) return { packing: 'gzip', unpack: 'gzip', payload: file }
  const isZboot = file.toString('latin1', 0, 2) === 'MZ' && file.toString('latin1', 4, 8) === 'zimg'
  if (!isZboot) return { packing: 'raw', payload: file }
  const [offset, size] = [file.readUInt32LE(8), file.readUInt32LE(12)]
  const name = /^[a-z0-9]*/.exec(file.toString('latin1', 24, 56))?.[0] ?? ''
  if (name !== 'zstd' && name !== 'gzip')
    throw fault(`it is packed with ${name || 'something unnamed'}; zstd and gzip are known here`)
  if (offset + size > file.length) throw fault(`it should have ${offset + size} bytes and has ${file.length}`)
  return { packing: `zboot ${name}`, unpack: name, payload: file.subarray(offset, offset + size) }
}

async function unpacked(payload: Buffer, unpack: keyof typeof unpackers): Promise<Buffer> {
  return unpackers[unpack](payload, { maxOutputLength: MOST_KERNEL_BYTES }).catch((error: Error) => {
    throw fault(`its content cannot be unpacked with ${unpack}: ${error.message}`)
  })
}

function fault(cause: string): FaultError {
  const hint = 'Use the vmlinuz of Talos for arm64, or a raw arm64 Image.'
  return new FaultError({ code: 'E_KERNEL', subject: 'kernel', cause, hint })
}
