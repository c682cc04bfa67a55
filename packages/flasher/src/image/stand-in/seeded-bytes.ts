import { createCipheriv, hash } from 'node:crypto'

/** Endless incompressible bytes that depend on `seed` alone: AES-128-CTR over zeros. Returns the next `length`. */
export function seededBytes(seed: string): (length: number) => Buffer {
  const key = hash('sha256', seed, 'buffer')
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16))
  return (length) => cipher.update(Buffer.alloc(length))
}
