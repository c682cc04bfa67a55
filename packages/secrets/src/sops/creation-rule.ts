import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { FaultError } from '@homerack/errors'
import { type Document, LineCounter, parseDocument } from 'yaml'
import { type EncryptionRule, goRegex, ruleOf } from './rule.ts'

/** How a file is to be encrypted, from the creation rule in .sops.yaml that names it. */
export type CreationRule = {
  /** The .sops.yaml. */
  readonly config: string
  readonly recipients: readonly string[]
  readonly rule: EncryptionRule | undefined
  readonly macOnlyEncrypted: boolean
}

const foreignKeys = ['kms', 'gcp_kms', 'hckms', 'azure_keyvault', 'hc_vault_transit_uri', 'hc_vault', 'pgp']

/**
 * The first creation rule that matches, from the nearest .sops.yaml in the file's folder or above it; undefined
 * without any such file. `path_regex` is tried on the path relative to the .sops.yaml (`config/config.go` of
 * sops 3.13).
 *
 * Throws E_SOPS_CONFIG, E_SOPS_NO_RULE, E_SOPS_KEY_GROUPS, E_SOPS_RULE, and E_SOPS_FOREIGN_KEY for a rule with
 * keys other than age, since a file made without them would lock their owners out.
 */
export async function findCreationRule(file: string): Promise<CreationRule | undefined> {
  const found = await nearestConfig(dirname(resolve(file)))
  if (!found) return undefined
  const { config, text } = found
  const path = relative(dirname(config), resolve(file)).split(sep).join('/')
  const rules = parseConfig(text, config).creation_rules
  if (!Array.isArray(rules)) return undefined
  const rule = rules
    .filter(isRecord)
    .find(({ path_regex: regex }) => !regex || goRegex(String(regex), config).test(path))
  if (rule) return readRule(rule, config)
  throw new FaultError({
    code: 'E_SOPS_NO_RULE',
    subject: path,
    cause: `no creation rule in ${config} names it`,
    hint: 'Add a rule whose path_regex matches, with `age: <public key>`.',
  })
}

async function nearestConfig(folder: string): Promise<{ config: string; text: string } | undefined> {
  const config = join(folder, '.sops.yaml')
  try {
    return { config, text: await readFile(config, 'utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      throw new FaultError({ code: 'E_SOPS_CONFIG', subject: config, cause: `it cannot be read (${code})` })
  }
  return dirname(folder) === folder ? undefined : nearestConfig(dirname(folder))
}

function parseConfig(text: string, config: string): Record<string, unknown> {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  const [error] = document.errors
  if (!error) {
    return plainContent(document, config)
  }
  const { line, col } = lineCounter.linePos(error.pos[0])
  throw new FaultError({
    code: 'E_SOPS_CONFIG',
    subject: config,
    cause: error.message,
    place: { file: config, line, column: col, length: 1, text: text.split('\n')[line - 1] ?? '' },
  })
}

function plainContent(document: Document, config: string): Record<string, unknown> {
  try {
    const content: unknown = document.toJS({ maxAliasCount: 100 })
    return isRecord(content) ? content : {}
  } catch (error) {
    // The library resolves aliases only here: one may lead nowhere, or there are too many.
    if (!(error instanceof ReferenceError)) throw error
    throw new FaultError({ code: 'E_SOPS_CONFIG', subject: config, cause: 'its aliases cannot be resolved' })
  }
}

function readRule(rule: Record<string, unknown>, config: string): CreationRule {
  const groups = Array.isArray(rule.key_groups) ? rule.key_groups.filter(isRecord) : []
  if (groups.length > 1)
    throw new FaultError({
      code: 'E_SOPS_KEY_GROUPS',
      subject: config,
      cause: `the creation rule has ${groups.length} key_groups, which homerack does not do`,
      hint: 'Name all recipients under `age:`; each of them alone can then decrypt.',
    })
  const keys = groups[0] ?? rule
  const foreign = foreignKeys.filter((kind) => textsIn(keys[kind]).length > 0)
  if (foreign.length > 0)
    throw new FaultError({
      code: 'E_SOPS_FOREIGN_KEY',
      subject: config,
      cause: `the creation rule wants ${foreign.join(' and ')}; homerack encrypts for age only`,
      hint: 'Give the rule age recipients only, or encrypt the file with sops.',
    })
  return {
    config,
    recipients: textsIn(keys.age),
    rule: ruleOf(rule, config),
    macOnlyEncrypted: rule.mac_only_encrypted === true,
  }
}

/** A list, or texts separated by commas. */
function textsIn(value: unknown): string[] {
  const texts: unknown[] = Array.isArray(value) ? value : [value ?? '']
  return texts
    .flatMap((text) => String(text).split(','))
    .map((text) => text.trim())
    .filter(Boolean)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
