import { bech32 } from '@scure/base'

/** Whether `text` is an age recipient: `age1…` (X25519, Bech32 over 32 bytes, age specification). A slip fails its checksum. */
export function isRecipient(text: string): boolean {
  const decoded = bech32.decodeUnsafe(text)
  return decoded?.prefix === 'age' && bech32.fromWordsUnsafe(decoded.words)?.length === 32
}
