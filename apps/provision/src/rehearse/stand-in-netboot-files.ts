import { createCipheriv, createHash } from 'node:crypto'
import type { NetbootFiles } from '@homerack/flasher'

/**
 * The first stage in a rehearsal: files of a realistic kind and size, with seeded content, because the boards
 * that load them run the flash agent itself and no kernel.
 */
export function standInNetbootFiles(): NetbootFiles {
  return {
    'kernel_2712.img': seeded('kernel', 4 << 20),
    initramfs: seeded('initramfs', 6 << 20),
    'bcm2712-rpi-5-b.dtb': seeded('device tree', 80 << 10),
  }
}

function seeded(name: string, length: number): Uint8Array {
  const key = createHash('sha256').update(`homerack stand-in ${name}`).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length))
}
