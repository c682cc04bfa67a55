import { FaultError } from '@homerack/errors'
import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml'
import { metadataPair, type SopsDocument } from './document.ts'
import { defaultRule, type EncryptionRule, ruleOf } from './rule.ts'

/** The `sops` mapping of an encrypted document. */
export type Metadata = {
  readonly age: readonly { recipient: string; enc: string }[]
  /** Kinds of keys other than age that can also open the file, such as `pgp`. */
  readonly otherKeys: readonly string[]
  readonly rule: EncryptionRule
  readonly macOnlyEncrypted: boolean
  /** RFC 3339, as written: it is the additional data of the MAC. */
  readonly lastModified: string
  readonly mac: string
}

const foreignKeys = ['kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault', 'pgp']

/**
 * Reads the metadata. Throws, with what to do: E_SOPS_NOT_ENCRYPTED, E_SOPS_TRUNCATED, E_SOPS_KEY_GROUPS,
 * E_SOPS_RULE.
 */
export function readMetadata(document: SopsDocument, text: string, file: string): Metadata {
  const pair = metadataPair(document)
  if (!pair && text.includes('ENC[AES256_GCM,'))
    throw truncated(file, 'there are encrypted values but no sops section')
  if (!pair) throw notEncrypted(file)
  if (!isMap(pair.value)) throw truncated(file, 'the sops section is empty')
  const map = pair.value
  const settings = settingsOf(map)
  if (listIn(map, 'key_groups').length > 0)
    throw new FaultError({
      code: 'E_SOPS_KEY_GROUPS',
      subject: file,
      cause: 'the data key is split between key groups (Shamir), which homerack does not do',
      hint: 'Decrypt the file with sops and encrypt it again for age recipients without key_groups.',
    })
  const { lastmodified: lastModified, mac } = settings
  if (!lastModified || !mac) throw truncated(file, `the sops section has no ${mac ? 'lastmodified' : 'mac'}`)
  return {
    age: listIn(map, 'age').map((entry) => readAgeKey(entry, file)),
    otherKeys: foreignKeys.filter((kind) => listIn(map, kind).length > 0),
    rule: ruleOf(settings, file) ?? defaultRule,
    macOnlyEncrypted: settings.mac_only_encrypted === 'true',
    lastModified,
    mac,
  }
}

function settingsOf(map: YAMLMap): Record<string, string | undefined> {
  return Object.fromEntries(
    map.items.flatMap(({ key, value }) =>
      isScalar(key) && isScalar(value) ? [[String(key.value), String(value.value ?? '')]] : [],
    ),
  )
}

function listIn(map: YAMLMap, name: string): unknown[] {
  const list = map.get(name)
  return isSeq(list) ? list.items : []
}

function readAgeKey(entry: unknown, file: string): { recipient: string; enc: string } {
  const { recipient, enc } = isMap(entry) ? settingsOf(entry) : {}
  if (!recipient || !enc) throw truncated(file, 'an age key of the sops section is incomplete')
  return { recipient, enc }
}

function notEncrypted(file: string): FaultError {
  return new FaultError({
    code: 'E_SOPS_NOT_ENCRYPTED',
    subject: file,
    cause: 'the file is not encrypted: it has no sops section',
    hint: `Encrypt it with \`sops encrypt --in-place ${file}\`. If it was ever committed, make new secrets.`,
  })
}

export function truncated(file: string, cause: string): FaultError {
  return new FaultError({
    code: 'E_SOPS_TRUNCATED',
    subject: file,
    cause,
    hint: 'The file is damaged or cut off. Restore it from version control.',
  })
}
