import { FaultError } from '@homerack/errors'

export type Pem = { readonly label: string; readonly der: Buffer<ArrayBuffer> }

const block = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/

/** PEM text with 64 characters a line and a final line break (RFC 7468). */
export function encodePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/**
 * The first PEM block of `text`.
 *
 * Throws `E_PEM` when there is none; the fault never carries the text, which may be a key.
 */
export function decodePem(text: string, subject: string): Pem {
  const match = block.exec(text)
  if (match?.[1] && match[2]) {
    const base64 = match[2].replace(/\s/g, '')
    const der = Buffer.from(base64, 'base64')
    if (der.toString('base64') === base64) return { label: match[1], der }
  }
  throw new FaultError({
    code: 'E_PEM',
    subject,
    cause: 'this is not a complete PEM block',
    hint: 'It starts with -----BEGIN …----- and ends with the matching -----END …-----; was it cut off?',
  })
}
