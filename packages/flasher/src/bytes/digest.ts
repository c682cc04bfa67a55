import { hash } from 'node:crypto'

/** Below this, the way to another thread takes longer than the work. */
const SMALL = 64 * 1024

/** SHA-256 of bytes as lower-case hex, computed beside this thread, so that others can be fetched and written. */
export async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (bytes.length < SMALL) return hash('sha256', bytes)
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
}
