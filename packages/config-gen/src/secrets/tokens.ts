import { Secret } from '@homerack/secrets'
import type { Random } from '../x509/index.ts'

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'

/** A join token, `[a-z0-9]{6}.[a-z0-9]{16}`. */
export function newToken(random: Random): Secret {
  return new Secret(`${characters(6, random)}.${characters(16, random)}`)
}

/** 256 is no multiple of 36: bytes from 252 on are drawn again, so that every character is as likely. */
function characters(count: number, random: Random): string {
  let text = ''
  while (text.length < count) {
    for (const byte of random(count - text.length)) {
      if (byte < 252) text += alphabet[byte % alphabet.length]
    }
  }
  return text
}

/** 32 random bytes as base64. */
export function newKey32(random: Random, encoding: 'base64' | 'base64url' = 'base64'): string {
  const bytes = Buffer.from(random(32))
  // Go's URL-safe encoding keeps the padding, Node's drops it.
  return encoding === 'base64' ? bytes.toString('base64') : `${bytes.toString('base64url')}=`
}
