import { FaultError } from '@homerack/errors'
import { armor, Decrypter, Encrypter } from 'age-encryption'
import type { Identity } from './identity.ts'

/**
 * Encrypts a data key for one recipient, as an ASCII-armored age file.
 *
 * The age library takes its randomness from the system, so the result differs at every call.
 * Throws E_AGE_RECIPIENT for anything but `age1…` (SSH keys and plugins included).
 */
export async function wrapKey(key: Uint8Array, recipient: string): Promise<string> {
  const encrypter = new Encrypter()
  try {
    encrypter.addRecipient(recipient)
  } catch {
    throw new FaultError({
      code: 'E_AGE_RECIPIENT',
      subject: recipient,
      cause: 'not an age recipient: age1… was expected',
      hint: 'The public key is printed by `age-keygen -y <key file>`. SSH keys and plugins are not supported.',
    })
  }
  return armor.encode(await encrypter.encrypt(key))
}

/** The data key inside an armored age file, or why it could not be had. */
export async function unwrapKey(
  armored: string,
  identities: readonly Identity[],
): Promise<Uint8Array | 'damaged' | 'not for us'> {
  let file: Uint8Array
  try {
    file = armor.decode(armored)
  } catch {
    return 'damaged'
  }
  const decrypter = new Decrypter()
  for (const { secret } of identities) decrypter.addIdentity(secret.reveal())
  try {
    return await decrypter.decrypt(file)
  } catch (error) {
    return /no identity matched/.test(String(error)) ? 'not for us' : 'damaged'
  }
}
