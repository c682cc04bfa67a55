import { gunzipSync } from 'node:zlib'
import { FaultError } from '@homerack/errors'

const block = 512
/** A tar header: name at 0 (100 bytes), size in octal at 124 (12 bytes). */
const sizeAt = 124
const maxSize = 4 * 1024 * 1024

/**
 * The file `kubeconfig` out of the .tar.gz that Talos sends. Talos does not close the archive: the last file is
 * not padded and nothing follows it (seen in 1.13.9).
 *
 * @throws FaultError E_TALOS_PROTOCOL if there is no such file.
 */
export function readKubeconfig(archive: Uint8Array, subject: string): string {
  const wrong = (cause: string) =>
    new FaultError({ code: 'E_TALOS_PROTOCOL', subject, cause: `Kubeconfig: ${cause}` })
  const tar = inflate(archive)
  if (!tar) throw wrong('the archive is not gzip or is cut short')
  for (let at = 0; at + block <= tar.length; ) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(tar.toString('latin1', at + sizeAt, at + sizeAt + 12), 8)
    if (name === '' || !Number.isSafeInteger(size) || size < 0) break
    const start = at + block
    if (name === 'kubeconfig') {
      if (start + size > tar.length) throw wrong('the archive is cut short')
      return tar.toString('utf8', start, start + size)
    }
    at = start + Math.ceil(size / block) * block
  }
  throw wrong('the archive holds no file kubeconfig')
}

function inflate(archive: Uint8Array): Buffer | undefined {
  try {
    return gunzipSync(archive, { maxOutputLength: maxSize })
  } catch {
    return undefined
  }
}
