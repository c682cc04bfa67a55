import { FaultError } from '@homerack/errors'
import type { Identity } from '../age/identity.ts'
import { unwrapKey } from '../age/wrap-key.ts'
import { additionalData, decryptValue } from './cipher.ts'
import { parseDocument, type SopsDocument, type SopsFormat, typeOf } from './document.ts'
import { macOf } from './mac.ts'
import { type Metadata, readMetadata, truncated } from './metadata.ts'
import { redactedPlace } from './place.ts'
import { compileRule, type IsEncrypted } from './rule.ts'
import type { Values } from './sops-tree.ts'
import { type Leaf, leavesOf } from './walk.ts'

/** A SOPS document that was decrypted and whose MAC is right. The document itself still holds ciphertext. */
export type Opened = {
  readonly document: SopsDocument
  readonly metadata: Metadata
  readonly isEncrypted: IsEncrypted
  readonly dataKey: Uint8Array
  readonly values: Values
}

export type OpenOptions = {
  readonly format: SopsFormat
  readonly identities: readonly Identity[]
  /** The name used in faults. */
  readonly file: string
}

/** Parses, decrypts and verifies. The faults are those of `decryptSops`. */
export async function openSops(text: string, { format, identities, file }: OpenOptions): Promise<Opened> {
  const document = parseDocument(text, format, file)
  const metadata = readMetadata(document, text, file)
  const isEncrypted = compileRule(metadata.rule, file)
  const dataKey = await openDataKey(metadata, identities, file)
  const values = decryptValues(document, { isEncrypted, dataKey, format, file, text })
  const stored = decryptValue(metadata.mac, dataKey, metadata.lastModified)?.bytes.toString('utf8')
  if (stored !== macOf(document, values, isEncrypted, metadata.macOnlyEncrypted))
    throw new FaultError({
      code: 'E_SOPS_MAC',
      subject: file,
      cause: 'the message authentication code is wrong: the file was changed without its key',
      hint: 'See what changed in version control. Restore the file, or repair it with `sops edit --ignore-mac`.',
    })
  return { document, metadata, isEncrypted, dataKey, values }
}

async function openDataKey(
  { age, otherKeys }: Metadata,
  identities: readonly Identity[],
  file: string,
): Promise<Uint8Array> {
  const recipients = age.map(({ recipient }) => recipient).join(', ') || 'no age key'
  const others = otherKeys.length > 0 ? ` (and ${otherKeys.join(', ')}, which homerack does not use)` : ''
  if (identities.length === 0)
    throw new FaultError({
      code: 'E_SOPS_NO_IDENTITY',
      subject: file,
      cause: `no age identity was found to decrypt it; it is encrypted for ${recipients}${others}`,
      hint: 'Put the key into ~/.config/sops/age/keys.txt, or set SOPS_AGE_KEY_FILE to its file.',
    })
  const results = await Promise.all(age.map(({ enc }) => unwrapKey(enc, identities)))
  const key = results.find((result) => result instanceof Uint8Array && result.length === 32)
  if (key instanceof Uint8Array) return key
  if (results.some((result) => result !== 'not for us'))
    throw truncated(file, 'the wrapped data key is damaged')
  throw new FaultError({
    code: 'E_SOPS_WRONG_RECIPIENT',
    subject: file,
    cause: `it is encrypted for ${recipients}${others}; your keys are ${identities.map((i) => i.recipient).join(', ')}`,
    hint: 'Use the right key, or let somebody who has it add yours with `sops updatekeys`.',
  })
}

type Context = {
  isEncrypted: IsEncrypted
  dataKey: Uint8Array
  format: SopsFormat
  file: string
  text: string
}

/** Throws E_SOPS_VALUE for every value that is not what was once encrypted at its place. */
function decryptValues(document: SopsDocument, context: Context): Values {
  const values: Values = new Map()
  const faults = leavesOf(document).flatMap((leaf) => {
    const { node, path } = leaf
    const plain = typeOf(node, context.format)
    const encrypted = plain !== null && context.isEncrypted(path)
    const value = encrypted
      ? plain?.type === 'str' && decryptValue(String(node.value), context.dataKey, additionalData(path))
      : plain
    if (value === false || value === undefined) return [valueFault(leaf, context)]
    values.set(node, value)
    return []
  })
  if (faults.length > 0) throw new FaultError(faults)
  return values
}

function valueFault({ node, label }: Leaf, { file, text }: Context) {
  const encrypted = String(node.value).startsWith('ENC[')
  return {
    code: 'E_SOPS_VALUE',
    subject: label,
    cause: encrypted
      ? 'the encrypted value was changed, cut off, or moved from another key'
      : 'the value is plain text where an encrypted one belongs',
    hint: encrypted
      ? 'Restore the line from version control.'
      : `Decrypt the file with sops, set the value with \`sops edit ${file}\`, and treat the plain value as leaked.`,
    place: redactedPlace(file, text, node.range?.[0] ?? 0),
  } as const
}
