import { Secret } from '@homerack/secrets'
import { type DocumentOptions, stringify, type ToStringOptions } from 'yaml'
import type { ConfigValue, MachineConfig } from './config-document.ts'

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

/** The same text for people and logs: every secret is `‹redacted›`. */
export function formatRedactedMachineConfig(config: MachineConfig): string {
  return formatDocuments(config, String)
}

function formatDocuments(config: MachineConfig, show: (secret: Secret) => string): string {
  return config.map((document) => stringify(plain(document, show), style)).join('---\n')
}

function plain(value: ConfigValue, show: (secret: Secret) => string): unknown {
  if (value instanceof Secret) return show(value)
  if (Array.isArray(value)) return value.map((item) => plain(item, show))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, show)]))
}
