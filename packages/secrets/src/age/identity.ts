import { FaultError } from '@homerack/errors'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { Secret } from '../secret.ts'

/** An age key pair: the identity that decrypts, and the recipient (`age1…`) that others encrypt for. */
export type Identity = {
  readonly recipient: string
  readonly secret: Secret
  /** Where it was found: a file or the name of an environment variable. */
  readonly source: string
}

/** A new X25519 identity, from the system's randomness. */
export async function newIdentity(): Promise<Identity> {
  const text = await generateX25519Identity()
  return { recipient: await identityToRecipient(text), secret: new Secret(text), source: 'new' }
}

/** The text of a key file as age-keygen writes it. Store it with mode 0600, outside every repository. */
export function identityFile(identity: Identity, created: Date): Secret {
  const seconds = created.toISOString().replace(/\.\d+Z$/, 'Z')
  return new Secret(
    `# created: ${seconds}\n# public key: ${identity.recipient}\n${identity.secret.reveal()}\n`,
  )
}

/**
 * Reads an age key file, or the value of SOPS_AGE_KEY: one identity a line (or word), `#` starts a comment line.
 *
 * Throws E_AGE_IDENTITY for a damaged line and for the kinds that need a passphrase, a plugin or SSH.
 */
export async function parseIdentities(text: string, source: string): Promise<Identity[]> {
  if (/^(-----BEGIN AGE ENCRYPTED FILE-----|age-encryption\.org\/)/.test(text.trimStart()))
    throw unusable(source, 'the key file is protected by a passphrase', unlockHint)
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text.trimStart()))
    throw unusable(source, 'this is an SSH or PEM key, not an age key', newKeyHint)
  const identities: Identity[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trimStart().startsWith('#')) continue
    for (const word of line.split(/\s+/).filter(Boolean))
      identities.push(await parseIdentity(word, `${source}:${index + 1}`, source))
  }
  return identities
}

async function parseIdentity(word: string, place: string, source: string): Promise<Identity> {
  if (word.startsWith('AGE-PLUGIN-'))
    throw unusable(place, 'age plugins (hardware keys) are not supported', newKeyHint)
  try {
    return { recipient: await identityToRecipient(word), secret: new Secret(word), source }
  } catch {
    throw unusable(place, 'not an age identity: a line AGE-SECRET-KEY-1… was expected', newKeyHint)
  }
}

const unlockHint = 'Decrypt it once with `age -d` into a file with mode 0600 and name that file.'
const newKeyHint =
  'Make a key with `age-keygen -o ~/.config/sops/age/keys.txt` and add its public key as a recipient.'

function unusable(subject: string, cause: string, hint: string): FaultError {
  return new FaultError({ code: 'E_AGE_IDENTITY', subject, cause, hint })
}
