import { bech32 } from '@scure/base'

/**
 * Whether `text` is an age recipient: `age1…` (X25519, Bech32 over 32 bytes, age specification) or a line of an
 * `ssh-ed25519` public key (RFC 8709 section 4). A slip in an `age1…` recipient fails its checksum.
 */
export function isRecipient(text: string): boolean {
  return text.startsWith('age1') ? isAge(text) : isSshEd25519(text)
}

function isAge(text: string): boolean {
  const decoded = bech32.decodeUnsafe(text)
  return decoded?.prefix === 'age' && bech32.fromWordsUnsafe(decoded.words)?.length === 32
}

function isSshEd25519(text: string): boolean {
  const [type, key = ''] = text.split(' ')
  const wire = Buffer.from(key, 'base64')
  const header = Buffer.from([0, 0, 0, 11, ...Buffer.from('ssh-ed25519'), 0, 0, 0, 32])
  return (
    type === 'ssh-ed25519' &&
    wire.length === header.length + 32 &&
    wire.subarray(0, header.length).equals(header)
  )
}
