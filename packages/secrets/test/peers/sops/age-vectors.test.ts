import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { armor } from 'age-encryption'
import * as files from 'cctv-age'
import { expect, test } from 'vitest'
import { unwrapKey } from '../../../src/age/wrap-key.ts'
import { parseIdentities } from '../../../src/index.ts'

type Vector = {
  readonly name: string
  readonly expected: string
  readonly payload: string
  readonly identities: string
  readonly armored: boolean
  readonly passphrase: boolean
  readonly file: Buffer
}

/** The age test vectors of the Community Cryptography Test Vectors: a header of `key: value` lines, then an age file. */
const vectors = Object.entries<Uint8Array>({ ...files }).map(([name, bytes]): Vector => {
  const end = Buffer.from(bytes).indexOf('\n\n')
  const fields = Buffer.from(bytes.subarray(0, end)).toString().split('\n')
  const all = (key: string) =>
    fields.filter((field) => field.startsWith(`${key}: `)).map((field) => field.slice(key.length + 2))
  const body = Buffer.from(bytes.subarray(end + 2))
  return {
    name,
    expected: all('expect')[0] ?? '',
    payload: all('payload')[0] ?? '',
    identities: all('identity').join('\n'),
    armored: all('armored').length > 0,
    passphrase: all('passphrase').length > 0,
    file: all('compressed')[0] === 'zlib' ? inflateSync(body) : body,
  }
})
/** Passphrases are not supported: data keys are wrapped for key pairs only. */
const claimed = vectors.filter(({ passphrase }) => !passphrase)

test('there are vectors of every kind', () => {
  expect(claimed.length).toBeGreaterThan(100)
  expect(new Set(claimed.map(({ expected }) => expected))).toEqual(
    new Set(['success', 'no match', 'HMAC failure', 'header failure', 'payload failure', 'armor failure']),
  )
})

test.each(claimed)('$name: $expected', async ({ expected, payload, identities, armored, file }) => {
  const text = armored ? file.toString('latin1') : armor.encode(file)
  const result = await unwrapKey(text, await parseIdentities(identities, 'vector'))
  if (expected !== 'success') return expect(result).toBe(expected === 'no match' ? 'not for us' : 'damaged')
  expect(createHash('sha256').update(result).digest('hex')).toBe(payload)
})
