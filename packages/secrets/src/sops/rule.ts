import { FaultError } from '@homerack/errors'

/** Which keys SOPS encrypts: the name of its setting and the suffix or regular expression. */
export type EncryptionRule = { readonly kind: RuleKind; readonly pattern: string }

export const ruleKinds = [
  'encrypted_regex',
  'encrypted_suffix',
  'unencrypted_regex',
  'unencrypted_suffix',
] as const
export type RuleKind = (typeof ruleKinds)[number]

/** What SOPS uses when nothing is said: everything is encrypted but `…_unencrypted`. */
export const defaultRule: EncryptionRule = { kind: 'unencrypted_suffix', pattern: '_unencrypted' }

/** Whether the value at a path is encrypted: a rule holds for a key and for everything below it. */
export type IsEncrypted = (path: readonly string[]) => boolean

/** Throws E_SOPS_RULE for a regular expression that Go and JavaScript do not read alike. */
export function compileRule({ kind, pattern }: EncryptionRule, subject: string): IsEncrypted {
  const matches = kind.endsWith('suffix')
    ? (key: string) => key.endsWith(pattern)
    : matcher(goRegex(pattern, subject))
  return kind.startsWith('encrypted') ? (path) => path.some(matches) : (path) => !path.some(matches)
}

function matcher(regex: RegExp): (text: string) => boolean {
  return (text) => regex.test(text)
}

/**
 * The rule named in a mapping of settings, if any.
 * Throws E_SOPS_RULE for more than one, and for the comment rules, which homerack does not follow.
 */
export function ruleOf(
  settings: Readonly<Record<string, unknown>>,
  subject: string,
): EncryptionRule | undefined {
  const asked = [...ruleKinds, 'encrypted_comment_regex', 'unencrypted_comment_regex'].filter(
    (kind) => settings[kind] !== undefined && settings[kind] !== '',
  )
  if (asked.length > 1) throw ruleFault(subject, `${asked.join(' and ')} cannot be used together`)
  const kind = ruleKinds.find((name) => name === asked[0])
  if (asked[0] !== undefined && kind === undefined)
    throw ruleFault(subject, `${asked[0]} is not supported`, `Use one of ${ruleKinds.join(', ')}.`)
  return kind && { kind, pattern: String(settings[kind]) }
}

/** Constructs that RE2 lacks or reads in another way than JavaScript. */
const foreign = /\\[AzQEpPCacuk1-9]|\\x\{|\[\[:|\(\?(?!:)/

/** A Go (RE2) regular expression as a JavaScript one. A leading `(?i)`, with flags i, m, s, is understood. */
export function goRegex(pattern: string, subject: string): RegExp {
  const [, flags = '', body = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? []
  try {
    if (!foreign.test(body)) return new RegExp(body, [...new Set(flags)].join(''))
  } catch {
    // Reported below, like the foreign ones.
  }
  throw ruleFault(
    subject,
    `the regular expression ${pattern} is not one that Go and JavaScript read alike`,
    'Keep to literals, classes, groups, | * + ? ^ $ and a leading (?i).',
  )
}

function ruleFault(subject: string, cause: string, hint?: string): FaultError {
  return new FaultError({ code: 'E_SOPS_RULE', subject, cause, hint })
}
